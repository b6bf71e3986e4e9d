import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import type { Request, Response } from "express";
import { describe, expect, it, vi } from "vitest";
import { ORIGIN, startTestBff } from "../bff.harness.js";
import { systemClock } from "../clock.js";
import { createOverloadGuard } from "./overload.js";

function guarded() {
  let lag = 20;
  const { guard } = createOverloadGuard({ median: () => lag, stop: () => undefined });
  return {
    setLag: (ms: number) => (lag = ms),
    /** Begins a request. @returns its end, or the code it was refused with */
    begin: (closed = false): (() => void) | string => {
      const response = Object.assign(new EventEmitter(), { closed });
      try {
        void guard({} as Request, response as Response, () => undefined);
        return () => response.emit("close");
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
  };
}

describe("the overload guard", () => {
  it("turns new work away while the event loop is late, and takes it again after", () => {
    const { begin, setLag } = guarded();
    setLag(101);
    expect(begin()).toBe("overloaded");
    setLag(99);
    expect(begin()).toBeTypeOf("function");
  });

  it("takes a thousand requests at once, and one more when one is over", () => {
    const { begin } = guarded();
    const [first, ...others] = Array.from({ length: 1000 }, () => begin());
    expect(others.every((end) => typeof end === "function")).toBe(true);
    expect(begin()).toBe("overloaded");
    if (typeof first === "function") first();
    expect(begin()).toBeTypeOf("function");
    expect(begin()).toBe("overloaded");
  });

  it("counts no request whose sender has gone before its turn: nobody would say that it is over", () => {
    const { begin } = guarded();
    for (let n = 0; n < 2000; n++) expect(begin(true)).toBeTypeOf("function");
    expect(begin()).toBeTypeOf("function");
  });

  it("counts no request whose body is still on its way: whoever sends slowly keeps nobody out", async () => {
    const bff = await startTestBff({ tenant: "limits: none" });
    const slow = await Promise.all(
      Array.from({ length: 1010 }, async (_, n) => {
        const socket = connect(Number(new URL(bff.url).port), "127.0.0.1");
        await once(socket, "connect");
        const path = n % 2 === 0 ? "/api/session" : "/api/stop";
        const type = n % 2 === 0 ? "application/json" : "application/x-www-form-urlencoded";
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: ${type}\r\nContent-Length: 9\r\n\r\n{`,
        );
        return socket;
      }),
    );
    await systemClock.sleep(500);
    try {
      await vi.waitFor(async () => expect((await bff.visitor().open()).status).toBe(200), 10_000);
    } finally {
      for (const socket of slow) socket.destroy();
      await bff.stop();
    }
  });
});
