import type { CallRequest } from "@uis-call/shared";
import type { Matter } from "../storage.js";
import { textsIn } from "../property-types.js";
import type { UisCallButton } from "../uis-call-button.js";

/** Gives the same key for the same values until the call is over, so that a repeat is the same call. */
export class IdempotencyKey {
  #current: { key: string; values: string } | undefined;

  /** Returns the last key where the request has not changed since. */
  async for(request: CallRequest): Promise<string> {
    const values = JSON.stringify(request);
    if (this.#current?.values !== values) this.#current = { key: await newKey(), values };
    return this.#current.key;
  }

  /** Forgets the key: the call is over, so the same values are a new call. */
  done(): void {
    this.#current = undefined;
  }
}

/** Builds the body of `POST /calls` from the form's answers and the element's properties. */
export const callRequest = (
  { target, reference }: Matter,
  host: UisCallButton,
  answers: Pick<CallRequest, "phone" | "consent">,
): CallRequest => ({
  target,
  reference: reference || undefined,
  ...answers,
  sealedNumber: host.sealedNumber || undefined,
  variables: textsIn(host, "variables", host.variables),
  page: location.protocol.startsWith("http")
    ? (location.origin + location.pathname).slice(0, 2048)
    : undefined,
});

/** `crypto.randomUUID` exists in secure contexts only; other pages load a substitute. */
const newKey = async (): Promise<string> =>
  isSecureContext ? crypto.randomUUID() : (await import("./random-uuid.js")).randomUuid();
