import { type ErrorCode, ERRORS } from "@uis-call/shared";

/** A refused request: the only error that routes and policy throw on purpose. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  /** Path of the wrong member of the body. */
  readonly at: string | undefined;
  /** Seconds until another try. */
  readonly retryAfter: number | undefined;
  /** Next opening of the target. */
  readonly opensAt: Date | undefined;

  /** @param detail remedy for the developer who reads the answer; contains no values of the request */
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
