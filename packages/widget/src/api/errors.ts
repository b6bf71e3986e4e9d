import type { FailureCode } from "../i18n/messages.js";

/** The backend will not do it, or could not be reached (`network`). */
export class ApiError extends Error {
  readonly code: FailureCode;
  /** Member of the request it is about. */
  readonly at: string | undefined;
  /** Seconds until it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, { at, retryAfter, cause }: Partial<ApiError> = {}) {
    super(code, { cause });
    this.code = code;
    this.at = at;
    this.retryAfter = retryAfter;
  }

  /** Whether it is for a while: `network`, and what the backend says of itself, `unavailable`, `overloaded`, `internal`. */
  get passes(): boolean {
    return !/._/.test(this.code);
  }
}

/** What went wrong, as a refusal: anything but the backend's own word is the network. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError("network", { cause: error });
