import { Refusal } from "../refusal.js";

/** Streams of one visitor: as many as a browser opens to one host by HTTP/1.1. Others of its pages look now and then. */
const MOST_OF_ONE = 6;
/** Half of the connections there may be at all. */
const MOST = 5000;
/** Seconds. */
const RETRY_AFTER = 5;

/** Counts the streams that are open: each holds a connection for as long as its call may still change. */
export class OpenStreams {
  readonly #of = new Map<string, number>();
  #all = 0;

  /** How many are open. */
  get count(): number {
    return this.#all;
  }

  /**
   * Counts one more.
   *
   * @param principal whose it is
   * @returns a function that says it is closed
   * @throws Refusal `rate_limited` or `overloaded`
   */
  open(principal: string): () => void {
    const present = this.#of.get(principal) ?? 0;
    if (present >= MOST_OF_ONE) {
      throw new Refusal("rate_limited", "close another stream first, or read the call now and then", {
        retryAfter: RETRY_AFTER,
      });
    }
    if (this.#all >= MOST) throw new Refusal("overloaded", "read the call now and then instead");
    this.#all++;
    this.#of.set(principal, present + 1);
    return () => {
      this.#all--;
      const left = (this.#of.get(principal) ?? 1) - 1;
      if (left > 0) this.#of.set(principal, left);
      else this.#of.delete(principal);
    };
  }
}
