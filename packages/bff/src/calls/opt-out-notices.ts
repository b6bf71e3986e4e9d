import { domainToUnicode } from "node:url";
import type { Transaction } from "kysely";
import { localized, optOutOf, type Tenant, type Text } from "../config/configuration.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { Statement } from "../store/statement.js";
import { issueOptOutCode } from "../store/opt-out-codes.js";
import type { CallRow, Tables } from "../store/tables.js";
import type { SpokenMessage } from "../uis/uis-client.js";

/** Opt-out notice that is spoken at the end of the visitor's message. */
export interface OptOutNotice {
  /** Address of the opt-out page, short enough to be spoken. */
  address: string;
  /** Six digits, generated for this call. */
  code: string;
}

const HOUR = 60 * 60_000;

/**
 * A call speaks the notice if it is at least the `from`th call to the same number in one of these times. The first
 * row follows Oracle's rate tiers. The others find calls that a patient stranger spreads over days.
 */
export const TOLD: readonly { from: number; withinMs: number }[] = [
  { from: 3, withinMs: 6 * HOUR },
  { from: 4, withinMs: 24 * HOUR },
  { from: 6, withinMs: 7 * 24 * HOUR },
];
const MOST_COUNTED = Math.max(...TOLD.map(({ from }) => from));
const LONGEST_MS = Math.max(...TOLD.map(({ withinMs }) => withinMs));

const SENTENCE: Text = {
  en: "If you did not ask for this call, open {address} and enter the code {code}: the calls will stop. The code once more: {code}.",
  ru: "Если вы не просили вам звонить, откройте страницу {address} и введите код {code}: звонки прекратятся. Ещё раз код: {code}.",
};

/** Decides in which calls the opt-out notice is spoken. Decides in the transaction that begins the attempt. */
export class OptOutNotices {
  readonly #tenants: ReadonlyMap<string, Tenant>;
  readonly #cipher: NumberCipher;
  readonly #address: string;

  /** @param publicUrl address at which browsers reach the backend; the opt-out page is at `stop` below it */
  constructor(tenants: ReadonlyMap<string, Tenant>, cipher: NumberCipher, publicUrl: URL) {
    this.#tenants = tenants;
    this.#cipher = cipher;
    const host = domainToUnicode(publicUrl.hostname) + (publicUrl.port && `:${publicUrl.port}`);
    this.#address = `${host}${publicUrl.pathname.replace(/\/$/, "")}/stop`;
  }

  /**
   * Returns the notice for a call. Returns undefined if the call needs none.
   *
   * @param call a call that this transaction has set to `dialing`
   */
  async noticeFor(
    transaction: Transaction<Tables>,
    call: CallRow,
    now: Date,
  ): Promise<OptOutNotice | undefined> {
    const { id, visitor_hash: numberHash, visitor_number: number } = call;
    if (numberHash === null || number === null) return undefined;
    const tenant = this.#tenants.get(call.tenant);
    const told = tenant === undefined ? "repeated" : optOutOf(tenant, call.target);
    if (told === "never") return undefined;
    if (told === "repeated" && !(await isRepeated(transaction, numberHash, now))) return undefined;
    const lastFour = this.#cipher.decrypt(number).slice(-4);
    const code = await issueOptOutCode(transaction, this.#cipher, { id, numberHash, lastFour }, now);
    return { address: this.#address, code };
  }
}

/** Whether there are as many calls of all tenants to the number, with this call, as a row of {@link TOLD} says. */
async function isRepeated(transaction: Transaction<Tables>, numberHash: string, now: Date): Promise<boolean> {
  const since = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  const calls = await CALLS_TO.all(transaction, { numberHash, since: since(LONGEST_MS) });
  return TOLD.some(({ from, withinMs }) => (calls[from - 1]?.updated_at ?? "") > since(withinMs));
}

/** The latest calls to a number, the latest first. */
const CALLS_TO = new Statement((query, given: { numberHash: string; since: string }) =>
  query
    .selectFrom("calls")
    .select("updated_at")
    .where("visitor_hash", "=", given.numberHash)
    .where("updated_at", ">", given.since)
    // Calls with these statuses have rung the phone or may have rung it.
    .where("status", "in", ["dialing", "placed", "failed", "unknown"])
    .orderBy("updated_at", "desc")
    .limit(MOST_COUNTED),
);

/**
 * Returns the message with the notice at its end. Returns only the notice if the message is a recording,
 * because UIS plays one message and text cannot be appended to a recording.
 */
export function withNotice(
  message: SpokenMessage | undefined,
  { address, code }: OptOutNotice,
  locale: string,
  tenant: Pick<Tenant, "locale">,
): SpokenMessage {
  // Separates the digits by spaces. Otherwise a speech engine would read them as one large number.
  const sentence = localized(SENTENCE, locale, tenant.locale)
    .replaceAll("{address}", address)
    .replaceAll("{code}", Array.from(code).join(" "));
  if (message === undefined || "media" in message || message.text === "") return { text: sentence };
  const end = /[.!?…]$/u.test(message.text) ? "" : ".";
  return { text: `${message.text}${end} ${sentence}` };
}
