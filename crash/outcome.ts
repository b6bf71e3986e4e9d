import type { Findings } from "./checker.js";
import type { Kill } from "./recovery.js";

export interface RoundsOptions {
  rounds: number;
  random: () => number;
  /** Aborted: no further rounds, and what is known so far. */
  signal?: AbortSignal;
  /** Told after each round. */
  progress?: (done: number) => void;
}

/** What came of all rounds. */
export interface Outcome {
  findings: Findings;
  kills: readonly Kill[];
  /** See decisionTimes. */
  decided: readonly number[];
  /** Times a backend was frozen and woken. */
  frozen: number;
}
