export interface Backoff {
  /** Milliseconds of the first wait. */
  first: number;
  /** Milliseconds that no wait exceeds. */
  longest: number;
  /** By how much each wait is longer than the one before; default: twice. */
  factor?: number;
  /** Spreads each wait over its second half, so that those who failed together do not come back together; 0 ≤ value < 1. */
  random?: () => number;
}

/** Milliseconds to wait after so many failures in a row. */
export function backOff(failures: number, { first, longest, factor = 2, random }: Backoff): number {
  const wait = Math.min(first * factor ** (failures - 1), longest);
  return random === undefined ? wait : wait / 2 + (random() * wait) / 2;
}
