import type { Findings } from "./checker.js";
import type { Kill } from "./recovery.js";

export interface RoundsOptions {
  rounds: number;
  random: () => number;
  /** Ends the run after the current round when aborted. */
  signal?: AbortSignal;
  /** Called after each round with the number of rounds so far. */
  progress?: (done: number) => void;
}

/** The result of all rounds. */
export interface Outcome {
  findings: Findings;
  kills: readonly Kill[];
  /** Result of `decisionTimes` in recovery.ts. */
  decided: readonly number[];
  /** How often a backend was frozen and woken. */
  frozen: number;
}
