import { Refusal } from "../refusal.js";

/**
 * Maximum number of streams per visitor. A browser opens this many connections to one host with HTTP/1.1. If a
 * visitor has more pages open, the other pages poll.
 */
const MOST_OF_ONE = 6;
/** Maximum number of streams of all visitors: half of the connections that the server allows. */
const MOST = 5000;
/** Value of `Retry-After` in seconds. */
const RETRY_AFTER = 5;

/** Counts open streams. Each stream occupies a connection until its call is over. */
export class OpenStreams {
  readonly #of = new Map<string, number>();
  #all = 0;

  /** Number of open streams. */
  get count(): number {
    return this.#all;
  }

  /**
   * Counts a new stream.
   *
   * @param principal owner of the stream
   * @returns a function that must be called when the stream closes
   * @throws Refusal `rate_limited` or `overloaded`
   */
  open(principal: string): () => void {
    const present = this.#of.get(principal) ?? 0;
    if (present >= MOST_OF_ONE) {
      throw new Refusal("rate_limited", "close another stream first, or poll the call", {
        retryAfter: RETRY_AFTER,
      });
    }
    if (this.#all >= MOST) throw new Refusal("overloaded", "poll the call instead");
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
