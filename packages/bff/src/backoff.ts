export interface Backoff {
  /** Length of the first wait in milliseconds. */
  first: number;
  /** Maximum length of a wait in milliseconds. */
  longest: number;
  /** Factor by which each wait is longer than the one before it. Default: 2. */
  factor?: number;
  /**
   * Returns a random number, 0 ≤ value < 1. With it, each wait is between half and all of its length, so that
   * clients that failed at the same time do not retry at the same time.
   */
  random?: () => number;
}

/** Returns the milliseconds to wait after the given number of consecutive failures. */
export function backOff(failures: number, { first, longest, factor = 2, random }: Backoff): number {
  const wait = Math.min(first * factor ** (failures - 1), longest);
  return random === undefined ? wait : wait / 2 + (random() * wait) / 2;
}
