/** How far the visitor's clock is behind the server's, in milliseconds. */
let behind = 0;

/** Sets the clock by the time in an answer that has just arrived. */
export function setServerClock(now: string): void {
  behind = Date.parse(now) - Date.now();
}

/** The server's time in milliseconds, as of its last answer: a visitor's clock may be weeks off. */
export const serverTime = (): number => Date.now() + behind;
