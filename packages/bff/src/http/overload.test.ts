import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { ORIGIN } from "@uis-call/testing/acme";
import { startTestBff } from "@uis-call/testing/test-bff";
import type { Request, Response } from "express";
import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.js";
import { createOverloadGuard } from "./overload.js";

/** A fake response that has only a beginning and an end. */
class FakeResponse extends EventEmitter {
  readonly closed: boolean = false;
  readonly req = { socket: Object.assign(new EventEmitter(), { destroyed: false }) };
  constructor({ closed = false, destroyed = false }) {
    super();
    this.closed = closed;
    this.req.socket.destroyed = destroyed;
  }
  end(): this {
    return this;
  }
}

function guarded() {
  const lag = { median: 20, lasting: 20 };
  const overload = createOverloadGuard({
    median: () => lag.median,
    lasting: () => lag.lasting,
    stop: () => undefined,
  });
  return {
    lag,
    overloaded: () => overload.overloaded(),
    inWork: () => overload.inWork(),
    /**
     * Starts a request.
     *
     * @returns the response, or the code of the refusal
     */
    begin: (members: object = {}): FakeResponse | string => {
      const response = new FakeResponse(members);
      try {
        void overload.guard({} as Request, response as unknown as Response, () => undefined);
        return response;
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
  };
}

describe("the overload guard", () => {
  it("turns new work away while the event loop is late, and takes it again after", () => {
    const { begin, lag } = guarded();
    lag.median = 101;
    expect(begin()).toBe("overloaded");
    lag.median = 99;
    expect(begin()).toBeInstanceOf(FakeResponse);
  });

  it("takes a thousand requests at once, and one more when one is over", () => {
    const { begin } = guarded();
    const [first, ...others] = Array.from({ length: 1000 }, () => begin());
    expect(others.every((response) => response instanceof FakeResponse)).toBe(true);
    expect(begin()).toBe("overloaded");
    if (first instanceof FakeResponse) first.emit("close");
    expect(begin()).toBeInstanceOf(FakeResponse);
    expect(begin()).toBe("overloaded");
  });

  it.each<[string, (response: FakeResponse) => unknown]>([
    ["ended, though it waits behind another and is not sent", (response) => response.end()],
    ["closed", (response) => response.emit("close")],
    ["left by its socket, of which Node tells no queued response", ({ req }) => req.socket.emit("close")],
  ])("gives the place of a response back once, when it is %s", (_how, end) => {
    const { begin, inWork } = guarded();
    const response = begin() as FakeResponse;
    begin();
    expect(inWork()).toBe(2);
    end(response);
    expect(inWork()).toBe(1);
    response.end();
    response.emit("close");
    response.req.socket.emit("close");
    expect(inWork()).toBe(1);
  });

  it.each([{ closed: true }, { destroyed: true }])(
    "does not count a request whose client left before its turn: %o",
    (members) => {
      const { begin, inWork } = guarded();
      for (let n = 0; n < 2000; n++) expect(begin(members)).toBeInstanceOf(FakeResponse);
      expect(inWork()).toBe(0);
      expect(begin()).toBeInstanceOf(FakeResponse);
    },
  );

  it("is overloaded at a thousand requests under way, and when lateness lasts", () => {
    const { begin, overloaded, lag } = guarded();
    lag.median = 500;
    expect(overloaded()).toBe(false);
    lag.lasting = 101;
    expect(overloaded()).toBe(true);
    Object.assign(lag, { median: 20, lasting: 20 });
    const [first] = Array.from({ length: 1000 }, () => begin());
    expect(overloaded()).toBe(true);
    (first as FakeResponse).end();
    expect(overloaded()).toBe(false);
  });

  it("does not count a request before its body is complete: a slow client keeps no other out", async () => {
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
