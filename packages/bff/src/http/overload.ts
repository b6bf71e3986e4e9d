import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";
import { whenOver } from "./connections.js";

/**
 * Milliseconds of event-loop lag, as a second's median, above which new work is refused. The median ignores a single
 * long pause, which refusing work would not mend; when half of all turns are late, there is too much work.
 */
const MOST_LAG = 100;
/** Most requests under way at a time. */
const MOST_AT_ONCE = 1000;
/** Consecutive late seconds until readiness fails. */
const LATE_SECONDS = 5;

/** Refuses new work under overload. */
export interface OverloadGuard {
  /**
   * Refuses with `overloaded`, for routes that start work. Runs after the body is read, so a client that sends its
   * body slowly holds no place. Reads are never refused.
   */
  guard: RequestHandler;
  /** Whether new work has been refused for longer than a single late second. */
  overloaded(): boolean;
  /** Number of accepted requests whose responses are not over. */
  inWork(): number;
  stop(): void;
}

/** Measures event-loop lag in milliseconds. */
export interface LagMeter {
  /** Median of the last second. */
  median(): number;
  /** Smallest median of the last five seconds. */
  lasting(): number;
  stop(): void;
}

/** Makes a guard that refuses new work under overload, so that accepted work finishes in time. */
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
