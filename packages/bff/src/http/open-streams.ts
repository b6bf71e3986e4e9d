import { Refusal } from "../refusal.js";

/**
 * Most streams per visitor: as many connections as a browser opens to one host with HTTP/1.1. Further pages poll
 * instead.
 */
const MOST_OF_ONE = 6;
/** Most streams in all: half of the connections allowed. */
const MOST = 5000;
/** Seconds of `Retry-After`. */
const RETRY_AFTER = 5;

/** Counts open streams, each of which holds a connection until its call is over. */
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
   * @returns a function to call when the stream closes
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
