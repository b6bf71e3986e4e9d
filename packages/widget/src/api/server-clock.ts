/** How far the visitor's clock is behind the server's, in milliseconds. */
let behind = 0;

/** Sets the clock to the server's time in a response that has just arrived. */
export function setServerClock(now: string): void {
  behind = Date.parse(now) - Date.now();
}

/**
 * Returns the server's time in milliseconds, computed from its last response. The visitor's own clock may be wrong by
 * weeks.
 */
export const serverTime = (): number => Date.now() + behind;
