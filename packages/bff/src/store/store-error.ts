/** The database failed, or it is unknown whether it committed. */
export class StoreError extends Error {
  /** @param write name of the write that failed; absent for a read */
  constructor(cause: unknown, write?: string) {
    super(write === undefined ? "the database failed" : `the database failed to write: ${write}`, { cause });
    this.name = "StoreError";
  }
}
