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

/** Keeps all open streams. Each stream occupies a connection until its call is over. */
export class OpenStreams {
  /** For each principal, the functions that end its streams. */
  readonly #of = new Map<string, Set<() => void>>();
  #all = 0;

  /** Number of open streams. */
  get count(): number {
    return this.#all;
  }

  /**
   * Counts a new stream.
   *
   * @param principal owner of the stream
   * @param end ends the stream
   * @returns a function that must be called when the stream closes
   * @throws Refusal `rate_limited` or `overloaded`
   */
  open(principal: string, end: () => void): () => void {
    const present = this.#of.get(principal) ?? new Set();
    if (present.size >= MOST_OF_ONE) {
      throw new Refusal("rate_limited", "close another stream first, or poll the call", {
        retryAfter: RETRY_AFTER,
      });
    }
    if (this.#all >= MOST) throw new Refusal("overloaded", "poll the call instead");
    this.#all++;
    // Wraps the function, so that a function that is given twice counts twice.
    const own = (): void => end();
    this.#of.set(principal, present.add(own));
    return () => {
      this.#all--;
      present.delete(own);
      if (present.size === 0) this.#of.delete(principal);
    };
  }

  /** Ends all streams of a principal, because its session has ended. */
  endAll(principal: string): void {
    for (const end of [...(this.#of.get(principal) ?? [])]) end();
  }
}
