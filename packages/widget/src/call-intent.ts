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

/** RFC 9562, version 4. `crypto.randomUUID` exists in secure contexts only. */
const randomUuid = (): string =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
  });
