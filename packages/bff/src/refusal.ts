import { type ErrorCode, ERRORS } from "@uis-call/shared";

/** A request we will not serve. The one error type routes and policy throw on purpose. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  /** Path of the offending member of the body. */
  readonly at: string | undefined;
  /** Seconds until it may be tried again. */
  readonly retryAfter: number | undefined;
  /** When the target opens next. */
  readonly opensAt: Date | undefined;

  /** @param detail what to do about it, for the developer who reads the answer; no values of the request */
  constructor(
    code: ErrorCode,
    detail: string,
    options: { at?: string; retryAfter?: number; opensAt?: Date | undefined; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = "Refusal";
    this.code = code;
    this.at = options.at;
    this.retryAfter = options.retryAfter;
    this.opensAt = options.opensAt;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
