import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";
import { whenOver } from "./connections.js";

/**
 * New work is refused while the median of the event-loop lag in the last second is above this many
 * milliseconds. The median ignores a single long pause, after which refusing work would be of no use. If at
 * least half of all turns of the event loop are late, there is too much work.
 */
const MOST_LAG = 100;
/** Maximum number of requests being processed at the same time. */
const MOST_AT_ONCE = 1000;
/** Number of consecutive seconds with a high lag after which the readiness check fails. */
const LATE_SECONDS = 5;

/** Refuses new work while the backend is overloaded. */
export interface OverloadGuard {
  /**
   * Handler for routes that start work. Refuses with `overloaded`. It runs after the body has been read, so a
   * client that sends its body slowly is not counted. Routes that only read are never refused.
   */
  guard: RequestHandler;
  /** Whether the overload has lasted for several seconds or too many requests are being processed. */
  overloaded(): boolean;
  /** Number of requests that were let in and whose responses are not over. */
  inWork(): number;
  stop(): void;
}

/** Measures event-loop lag in milliseconds. */
export interface LagMeter {
  /** Median in the last second. */
  median(): number;
  /** Smallest of the medians in the last five seconds. */
  lasting(): number;
  stop(): void;
}

/**
 * Creates a guard that refuses new work while the backend is overloaded, so that the work it has accepted
 * finishes in time.
 */
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
