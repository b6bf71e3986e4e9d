/** How far the visitor's clock is behind the server's, in milliseconds. */
let behind = 0;

/** Compares the visitor's clock with the server's time. @param now the server's time, from a response just received */
export function setServerClock(now: string): void {
  behind = Date.parse(now) - Date.now();
}

/**
 * Returns the server's time in milliseconds, computed from the visitor's clock and the server's last response. The
 * visitor's clock alone may be wrong by weeks.
 */
export const serverTime = (): number => Date.now() + behind;
