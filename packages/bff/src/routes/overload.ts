import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";

/** Milliseconds the event loop may lag, at the 99th percentile of a second, before new work is turned away. */
const MOST_LAG = 200;
/** Requests that may be in work at once. */
const MOST_AT_ONCE = 1000;

export interface OverloadGuard {
  /** Refuses with `overloaded`; for routes that begin something. What only reads goes on. */
  guard: RequestHandler;
  stop(): void;
}

/** Turns new work away while there is more than can be done in time, so that what was accepted is. */
export function createOverloadGuard(): OverloadGuard {
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  let late = false;
  let inWork = 0;
  const timer = setInterval(() => {
    late = lag.percentile(99) / 1e6 > MOST_LAG;
    lag.reset();
  }, 1000).unref();
  return {
    guard(_request, response, next) {
      if (late || inWork >= MOST_AT_ONCE) throw new Refusal("overloaded", "try again in a few seconds");
      inWork++;
      response.once("close", () => inWork--);
      next();
    },
    stop() {
      clearInterval(timer);
      lag.disable();
    },
  };
}
