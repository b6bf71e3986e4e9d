import type { CallRequest } from "@uis-call/shared";
import type { Matter } from "../storage.js";
import type { UisCallButton } from "../uis-call-button.js";

/** The key of the call that is being asked for: the same values keep it, so that a repeat is the same call. */
export class IdempotencyKey {
  #current: { key: string; values: string } | undefined;

  /** The key for a request: the last one's where nothing has changed since. */
  async for(request: CallRequest): Promise<string> {
    const values = JSON.stringify(request);
    if (this.#current?.values !== values) this.#current = { key: await newKey(), values };
    return this.#current.key;
  }

  /** The call is over: the same values again are another call. */
  done(): void {
    this.#current = undefined;
  }
}

/** What is sent for a call: the answers of the form, and what the page says of it. */
export const callRequest = (
  { target, reference }: Matter,
  { sealedNumber, variables }: UisCallButton,
  answers: Pick<CallRequest, "phone" | "consent">,
): CallRequest => ({
  target,
  reference: reference || undefined,
  ...answers,
  sealedNumber: sealedNumber || undefined,
  variables,
  page: location.protocol.startsWith("http")
    ? (location.origin + location.pathname).slice(0, 2048)
    : undefined,
});

/** Pages without HTTPS have no such method, and load one. */
const newKey = async (): Promise<string> =>
  isSecureContext ? crypto.randomUUID() : (await import("./random-uuid.js")).randomUuid();
