/** Error of the database: a read or write failed, or it is unknown whether a write was committed. */
export class StoreError extends Error {
  /** @param write name of the write that failed; absent for a read */
  constructor(cause: unknown, write?: string) {
    super(write === undefined ? "the database failed" : `the database failed to write: ${write}`, { cause });
    this.name = "StoreError";
  }
}
