/** The database could not do what it was asked, or nobody knows whether it did. */
export class StoreError extends Error {
  constructor(cause: unknown) {
    super("the database failed", { cause });
    this.name = "StoreError";
  }
}
