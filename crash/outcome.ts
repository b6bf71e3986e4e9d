import type { Findings } from "./checker.js";
import type { Kill } from "./recovery.js";

export interface RoundsOptions {
  rounds: number;
  random: () => number;
  /** A signal that ends the run after the current round. */
  signal?: AbortSignal;
  /** Called after each round with the number of rounds that are finished. */
  progress?: (done: number) => void;
}

/** The result of all rounds. */
export interface Outcome {
  findings: Findings;
  kills: readonly Kill[];
  /** Recovery times in milliseconds, as `decisionTimes` in recovery.ts returns them. */
  decided: readonly number[];
  /** Number of times that a backend was frozen and woken. */
  frozen: number;
}
