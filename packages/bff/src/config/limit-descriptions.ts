import type { AddressTiers, Limits } from "./limits.js";

/** Name of a limit in the configuration, with a dot before a part of it. */
export type LimitName =
  | Exclude<keyof Limits, "distinctNumbers" | "addressNumbers" | "concurrency">
  | `distinctNumbers.${keyof Limits["distinctNumbers"]}`
  | `addressNumbers.${Exclude<keyof AddressTiers, "within">}`
  | `concurrency.${keyof Limits["concurrency"]}`;

/** What docs/limits.md says about a limit, in Markdown. */
export interface LimitDescription {
  /** What is counted. */
  counts: string;
  /** What happens beyond the limit. */
  beyond: string;
  /** Reason for the default. */
  reason: string;
}

const HELD = "The call is `held`.";
const REFUSED = "The request gets 429.";
const WAITS = "The call waits, for at most 10 minutes.";

/** Descriptions of all limits, in the order of docs/limits.md. */
export const LIMIT_DESCRIPTIONS: Record<LimitName, LimitDescription> = {
  number: {
    counts: "calls to one number, made by all tenants together",
    beyond: HELD,
    reason:
      "Oracle's click-to-call service had these limits for each caller. Here all callers of a number share them.",
  },
  office: {
    counts: "calls to one office number that came with the request: a sealed number, or the user's own phone",
    beyond: HELD,
    reason: "A supplier did not choose to have the button. A busy supplier is called about once a minute.",
  },
  "distinctNumbers.session": {
    counts: "different numbers that one anonymous session asks for",
    beyond: "The request gets 429, and the session is banned.",
    reason:
      'Oracle had this limit, too. A visitor has one phone, perhaps two. More is "nearly always intentional abuse".',
  },
  "distinctNumbers.identity": {
    counts: "different numbers that one identified user asks for",
    beyond: REFUSED,
    reason: "Users of a CRM have to call many numbers.",
  },
  "addressNumbers.proof": {
    counts: "different numbers that all anonymous visitors of one address ask for",
    beyond: "Each call needs a proof of work.",
    reason: "A family, a shop or a small office stays below this limit.",
  },
  "addressNumbers.keep": {
    counts: "different numbers that all anonymous visitors of one address ask for",
    beyond: HELD,
    reason: "A mobile operator's gateway serves hundreds of visitors, and no request of theirs may be lost.",
  },
  "addressNumbers.refuse": {
    counts: "different numbers that all anonymous visitors of one address ask for",
    beyond: REFUSED,
    reason: "So many requests come from a script. People could not call all these numbers back.",
  },
  address: {
    counts:
      "new sessions of the anonymous visitors of one address, and identity tokens of the address that are refused; challenges for a proof of work are counted separately, with the same limit",
    beyond: REFUSED,
    reason: "Many visitors may share the address of a mobile operator's gateway.",
  },
  session: {
    counts: "requests for calls in one anonymous session",
    beyond: REFUSED,
    reason: "No person wants so many calls, but a broken page may ask for them.",
  },
  identity: {
    counts: "calls of one identified user",
    beyond: HELD,
    reason: "An operator can make one call a minute. A stolen token cannot make more calls than that.",
  },
  target: {
    counts: "calls of one target",
    beyond: HELD,
    reason:
      "This is half of the limit of the tenant, so that one button cannot use up the calls of all others.",
  },
  tenant: {
    counts: "calls of one tenant",
    beyond: HELD,
    reason: "This limits what a day can cost. The log says when 50, 80 and 100 % of the calls are used.",
  },
  "concurrency.target": {
    counts: "calls of one target that UIS has not answered yet",
    beyond: WAITS,
    reason: "Most offices have fewer phones. The limit spreads a burst of calls.",
  },
  "concurrency.tenant": {
    counts: "calls of one tenant that UIS has not answered yet",
    beyond: WAITS,
    reason: "The limit spreads a burst of calls over the lines of the UIS account.",
  },
};
