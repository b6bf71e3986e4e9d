import type { FailureCode } from "../i18n/messages.js";

/** An error response of the backend, or a failure to reach the backend (code `network`). */
export class ApiError extends Error {
  readonly code: FailureCode;
  /** Name of the request's property that is wrong. */
  readonly at: string | undefined;
  /** Number of seconds after which the request may be repeated. */
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, { at, retryAfter, cause }: Partial<ApiError> = {}) {
    super(code, { cause });
    this.code = code;
    this.at = at;
    this.retryAfter = retryAfter;
  }

  /** Whether the failure may be temporary. */
  get passes(): boolean {
    return mayPass(this.code);
  }
}

/**
 * Whether a failure with this code may be temporary. That is so for the codes of one word: `network`, `unavailable`,
 * `overloaded` and `internal`.
 */
export const mayPass = (code: string): boolean => !code.includes("_");

/** Wraps any other error as `network`. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError("network", { cause: error });
