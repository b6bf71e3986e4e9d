import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";
import { whenOver } from "./connections.js";

/**
 * Milliseconds the event loop may lag, at the median of a second, before new work is turned away. The median, because
 * one long stop is over before it can be helped; when half of all turns are late, there is more to do than can be done.
 */
const MOST_LAG = 100;
/** Requests that may be in work at once. */
const MOST_AT_ONCE = 1000;
/** Seconds in a row that are late before readiness says so. */
const LATE_SECONDS = 5;

export interface OverloadGuard {
  /**
   * Refuses with `overloaded`; for routes that begin something, once the body is there: nobody is to keep others out by
   * sending theirs slowly. What only reads goes on.
   */
  guard: RequestHandler;
  /** Whether new work is refused, and not for one late second alone. */
  overloaded(): boolean;
  /** Requests that were let in, and whose answers are not over. */
  inWork(): number;
  stop(): void;
}

/** How late the event loop is, in milliseconds. */
export interface LagMeter {
  /** The median of the last second. */
  median(): number;
  /** The least of the medians of the last five seconds. */
  lasting(): number;
  stop(): void;
}

/** Turns new work away while there is more than can be done in time, so that what was accepted is. */
export function createOverloadGuard(lag: LagMeter = eventLoopLag()): OverloadGuard {
  let inWork = 0;
  return {
    guard(_request, response, next) {
      if (lag.median() > MOST_LAG || inWork >= MOST_AT_ONCE)
        throw new Refusal("overloaded", "try again in a few seconds");
      inWork++;
      whenOver(response, () => inWork--);
      next();
    },
    overloaded: () => lag.lasting() > MOST_LAG || inWork >= MOST_AT_ONCE,
    inWork: () => inWork,
    stop: () => lag.stop(),
  };
}

function eventLoopLag(): LagMeter {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const medians = Array<number>(LATE_SECONDS).fill(0);
  const timer = setInterval(() => {
    medians.shift();
    medians.push(delay.percentile(50) / 1e6);
    delay.reset();
  }, 1000).unref();
  return {
    median: () => medians.at(-1) ?? 0,
    lasting: () => Math.min(...medians),
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
