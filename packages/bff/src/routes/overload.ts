import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";

/**
 * Milliseconds the event loop may lag, at the median of a second, before new work is turned away. The median, because
 * one long stop is over before it can be helped; when half of all turns are late, there is more to do than can be done.
 */
const MOST_LAG = 100;
/** Requests that may be in work at once. */
const MOST_AT_ONCE = 1000;

export interface OverloadGuard {
  /**
   * Refuses with `overloaded`; for routes that begin something, once the body is there: nobody is to keep others out by
   * sending theirs slowly. What only reads goes on.
   */
  guard: RequestHandler;
  stop(): void;
}

/** How late the event loop is. */
export interface LagMeter {
  /** Milliseconds, over the last second. */
  median(): number;
  stop(): void;
}

/** Turns new work away while there is more than can be done in time, so that what was accepted is. */
export function createOverloadGuard(lag: LagMeter = eventLoopLag()): OverloadGuard {
  let inWork = 0;
  return {
    guard(_request, response, next) {
      if (lag.median() > MOST_LAG || inWork >= MOST_AT_ONCE)
        throw new Refusal("overloaded", "try again in a few seconds");
      // Whoever has gone already is told of by no event any more, and would be counted for good.
      if (!response.closed) {
        inWork++;
        response.once("close", () => inWork--);
      }
      next();
    },
    stop: () => lag.stop(),
  };
}

function eventLoopLag(): LagMeter {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let median = 0;
  const timer = setInterval(() => {
    median = delay.percentile(50) / 1e6;
    delay.reset();
  }, 1000).unref();
  return {
    median: () => median,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
