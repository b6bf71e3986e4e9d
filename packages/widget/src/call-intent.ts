import type { CallRequest } from "@uis-call/shared";
import type { UisCallButton } from "./uis-call-button.js";

/** One intent is one key: repeats of the same values are the same call. */
export class CallIntent {
  #current: { key: string; values: string } | undefined;

  /** The key for a request: the last one's where nothing has changed since. */
  keyFor(request: CallRequest): string {
    const values = JSON.stringify(request);
    if (this.#current?.values !== values) this.#current = { key: randomUuid(), values };
    return this.#current.key;
  }

  /** The call is over: the same values again are another call. */
  done(): void {
    this.#current = undefined;
  }
}

/** What is sent for a call: the answers of the form, and what the page says of it. */
export const callRequest = (
  { target, sealedNumber, variables }: UisCallButton,
  answers: Pick<CallRequest, "phone" | "consent">,
): CallRequest => ({
  target,
  ...answers,
  ...(sealedNumber && { sealedNumber }),
  ...(variables !== undefined && { variables: { ...variables } }),
  ...(/^https?:/.test(location.href) && { page: (location.origin + location.pathname).slice(0, 2048) }),
});

/** `crypto.randomUUID` exists in secure contexts only. RFC 9562, version 4. */
function randomUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
