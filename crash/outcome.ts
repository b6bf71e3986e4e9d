import type { Findings } from "./checker.js";
import type { Kill } from "./recovery.js";

export interface RoundsOptions {
  rounds: number;
  random: () => number;
  /** An abort ends the run after the present round. */
  signal?: AbortSignal;
  /** Told after each round. */
  progress?: (done: number) => void;
}

/** The result of all rounds. */
export interface Outcome {
  findings: Findings;
  kills: readonly Kill[];
  /** See `decisionTimes`. */
  decided: readonly number[];
  /** Number of times a backend was frozen and woken. */
  frozen: number;
}
