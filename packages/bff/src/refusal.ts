import { type ErrorCode, ERRORS } from "@uis-call/shared";

/** Error that refuses a request. Routes and policy throw no other error on purpose. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  /** Path of the invalid member in the request body. */
  readonly at: string | undefined;
  /** Seconds after which the client may try again. */
  readonly retryAfter: number | undefined;
  /** Time at which the target opens next. */
  readonly opensAt: Date | undefined;

  /** @param detail tells the developer who reads the answer what to do; contains no values of the request */
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
