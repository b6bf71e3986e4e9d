/** The database could not do what it was asked, or nobody knows whether it did. */
export class StoreError extends Error {
  /** @param write name of the write that failed; absent where something was read */
  constructor(cause: unknown, write?: string) {
    super(write === undefined ? "the database failed" : `the database failed to write: ${write}`, { cause });
    this.name = "StoreError";
  }
}
