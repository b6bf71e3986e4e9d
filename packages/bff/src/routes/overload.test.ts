import { EventEmitter } from "node:events";
import type { Request, Response } from "express";
import { describe, expect, it } from "vitest";
import { createOverloadGuard } from "./overload.js";

function guarded() {
  let lag = 20;
  const { guard } = createOverloadGuard({ median: () => lag, stop: () => undefined });
  return {
    setLag: (ms: number) => (lag = ms),
    /** Begins a request. @returns its end, or the code it was refused with */
    begin: (): (() => void) | string => {
      const response = new EventEmitter();
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
    const [first, ...others] = Array.from({ length: 1000 }, begin);
    expect(others.every((end) => typeof end === "function")).toBe(true);
    expect(begin()).toBe("overloaded");
    if (typeof first === "function") first();
    expect(begin()).toBeTypeOf("function");
    expect(begin()).toBe("overloaded");
  });
});
