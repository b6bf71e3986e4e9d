import type { CallRequest } from "@uis-call/shared";
import { inTime } from "../in-time.js";
import type { Matter } from "../storage.js";
import { textsIn } from "../property-types.js";
import type { UisCallButton } from "../uis-call-button.js";

/**
 * Provides the idempotency key for a call. The key stays the same for the same values until the call is over, so that
 * the backend treats a repeated request as the same call.
 */
export class IdempotencyKey {
  #current: { key: string; values: string; request: CallRequest } | undefined;

  /**
   * Returns the key and the request to send. Both are the same as last time if the values have not changed.
   *
   * @param seal asks the page for a sealed number. Called only for a new key, because each sealing of a number gives a
   *   different text. Without a reference, each request is a new one: the page may have given the element to another
   *   row, whose number only the function knows
   */
  async for(
    values: CallRequest,
    seal?: () => Promise<string | undefined>,
  ): Promise<{ key: string; request: CallRequest }> {
    const text = JSON.stringify(values);
    if (this.#current?.values !== text || (seal && !values.reference)) {
      const request = seal ? { ...values, sealedNumber: await seal() } : values;
      this.#current = { key: await newKey(), values: text, request };
    }
    return this.#current;
  }

  /** Discards the key, because the call is over or was refused. The same values then mean a new call. */
  done(): void {
    this.#current = undefined;
  }
}

/** Builds the body of `POST /calls` from the form's values and the element's properties. */
export const callRequest = (
  { target, reference }: Matter,
  host: UisCallButton,
  answers: Pick<CallRequest, "phone" | "phoneCountry" | "consent">,
): CallRequest => ({
  target,
  reference: reference || undefined,
  ...answers,
  sealedNumber: typeof host.sealedNumber === "function" ? undefined : host.sealedNumber || undefined,
  variables: textsIn(host, "variables", host.variables),
  page: location.protocol.startsWith("http")
    ? (location.origin + location.pathname).slice(0, 2048)
    : undefined,
});

/** Generates a UUID. `crypto.randomUUID` exists only in secure contexts (HTTPS), so other pages load a substitute. */
const newKey = async (): Promise<string> =>
  isSecureContext ? crypto.randomUUID() : (await inTime(() => import("./random-uuid.js"))).randomUuid();
