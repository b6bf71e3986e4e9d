import { createHash, timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

/** Wrapper of a secret. If it is printed, logged or serialised, it appears as `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the secret. Call it only where the secret is used or sent to its recipient. */
  reveal(): string {
    return this.#value;
  }

  /** Whether a text is the secret. The comparison takes the same time for every text of the same length. */
  equals(text: string): boolean {
    const [ours, theirs] = [this.#value, text].map((value) => createHash("sha256").update(value).digest());
    return ours !== undefined && theirs !== undefined && timingSafeEqual(ours, theirs);
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect.custom](): string {
    return "[redacted]";
  }
}
