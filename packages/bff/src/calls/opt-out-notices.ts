import { domainToUnicode } from "node:url";
import type { Transaction } from "kysely";
import { localized, type Tenant, type Text } from "../config/configuration.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { Statement } from "../store/statement.js";
import { issueOptOutCode } from "../store/opt-out-codes.js";
import type { CallRow, Tables } from "../store/tables.js";
import type { SpokenMessage } from "../uis/uis-client.js";

/** Opt-out notice, spoken at the end of the visitor's message. */
export interface OptOutNotice {
  /** Address of the opt-out page, short enough to be spoken. */
  address: string;
  /** Six digits, made for this call. */
  code: string;
}

/** The notice is spoken from this call to one number on, within this many milliseconds (Oracle's rate tiers). */
const FROM_CALL = 3;
const WITHIN_MS = 6 * 60 * 60_000;

const SENTENCE: Text = {
  en: "If you did not ask for this call, open {address} and enter the code {code}: the calls will stop. The code once more: {code}.",
  ru: "Если вы не просили вам звонить, откройте страницу {address} и введите код {code}: звонки прекратятся. Ещё раз код: {code}.",
};

/** Decides which calls speak the opt-out notice, in the transaction that begins the attempt. */
export class OptOutNotices {
  readonly #tenants: ReadonlyMap<string, Tenant>;
  readonly #cipher: NumberCipher;
  readonly #address: string;

  /** @param publicUrl address of the backend for browsers; the opt-out page is `stop` beneath it */
  constructor(tenants: ReadonlyMap<string, Tenant>, cipher: NumberCipher, publicUrl: URL) {
    this.#tenants = tenants;
    this.#cipher = cipher;
    const host = domainToUnicode(publicUrl.hostname) + (publicUrl.port && `:${publicUrl.port}`);
    this.#address = `${host}${publicUrl.pathname.replace(/\/$/, "")}/stop`;
  }

  /**
   * Returns the notice of a call; undefined when it speaks none.
   *
   * @param call a call that this transaction has moved to `dialing`
   */
  async noticeFor(
    transaction: Transaction<Tables>,
    call: CallRow,
    now: Date,
  ): Promise<OptOutNotice | undefined> {
    const { id, visitor_hash: numberHash } = call;
    if (numberHash === null) return undefined;
    const always = this.#tenants.get(call.tenant)?.optOut === "always";
    if (!always && (await callsTo(transaction, numberHash, now)) < FROM_CALL) return undefined;
    const code = await issueOptOutCode(transaction, this.#cipher, { id, numberHash }, now);
    return { address: this.#address, code };
  }
}

/** Counts recent calls to the number by all tenants, this one included, up to {@link FROM_CALL}. */
async function callsTo(transaction: Transaction<Tables>, numberHash: string, now: Date): Promise<number> {
  const since = new Date(now.getTime() - WITHIN_MS).toISOString();
  return (await CALLS_TO.all(transaction, { numberHash, since })).length;
}

const CALLS_TO = new Statement((query, given: { numberHash: string; since: string }) =>
  query
    .selectFrom("calls")
    .select("id")
    .where("visitor_hash", "=", given.numberHash)
    .where("updated_at", ">", given.since)
    // Statuses in which the phone has rung, or may have.
    .where("status", "in", ["dialing", "placed", "failed", "unknown"])
    .limit(FROM_CALL),
);

/**
 * Returns the message with the notice at its end, or the notice alone in place of a recording: UIS plays one message,
 * and nothing can be appended to a recording.
 */
export function withNotice(
  message: SpokenMessage | undefined,
  { address, code }: OptOutNotice,
  locale: string,
  tenant: Pick<Tenant, "locale">,
): SpokenMessage {
  // Digits apart, or a speech engine reads one large number.
  const sentence = localized(SENTENCE, locale, tenant.locale)
    .replaceAll("{address}", address)
    .replaceAll("{code}", Array.from(code).join(" "));
  if (message === undefined || "media" in message || message.text === "") return { text: sentence };
  const end = /[.!?…]$/u.test(message.text) ? "" : ".";
  return { text: `${message.text}${end} ${sentence}` };
}
