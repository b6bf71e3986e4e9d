import type { Transaction } from "kysely";
import type { Precondition, Decision } from "../calls/ledger.js";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Limits, LimitWindow } from "../config/limits.js";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { ban, banOf, numbersOf } from "../store/bans.js";
import type { Database } from "../store/database.js";
import {
  type Count,
  count,
  countInAll,
  inWindows,
  secondsUntil,
  secondsUntilRoom,
  takeBack,
} from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { BanRow, Tables } from "../store/tables.js";
import { addressName, addressTiers } from "./address-numbers.js";
import type { NumberCount } from "./address-numbers.js";

/** Session and request that are counted. */
export interface Client {
  tenant: Tenant;
  /** Principal of the session. */
  principal: string;
  /** IP address of the client, as Express determines it. */
  ip: string | undefined;
  /** Hash of the id of an identified user. Absent or null for an anonymous visitor. */
  identity?: string | null;
  number: string;
}

/** Decision on a request, with what the log tells the operator about it. */
interface RateLimitDecision extends Decision {
  /** The ban of the session, if this request has started it. */
  banned?: BanRow | undefined;
  /** The count of the IP address whose limit this request has reached. */
  usedUp?: NumberCount | undefined;
}

/** Value of `Retry-After` in seconds for a ban without end. */
const A_DAY = 24 * 60 * 60;

/**
 * Limits for requests per IP address, requests per session, and different telephone numbers that a visitor
 * requests. A request beyond a limit is refused. For the numbers of an IP address there is also a lower limit,
 * beyond which a call is held for a person.
 *
 * The counts are in a table of the backend instead of rate-limiter-flexible. They are written in the
 * transaction that stores the request, so a repeated request is not counted again, and they follow the clock
 * that is passed in.
 */
export class RateLimits {
  readonly #db: Database;
  readonly #cipher: NumberCipher;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(db: Database, cipher: NumberCipher, clock: Clock, log: Logger) {
    this.#db = db;
    this.#cipher = cipher;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Counts a new session.
   *
   * @throws Refusal `rate_limited`; StoreError, because a session that cannot be counted is not allowed
   */
  checkSession(tenant: Tenant, ip: string | undefined): Promise<void> {
    return this.#check("sessions", tenant, ip);
  }

  /**
   * Like {@link checkSession}, but for a proof-of-work challenge. Creating a challenge costs the backend as
   * much as one try to solve it costs the browser.
   */
  checkChallenge(tenant: Tenant, ip: string | undefined): Promise<void> {
    return this.#check("challenges", tenant, ip);
  }

  async #check(what: "sessions" | "challenges", tenant: Tenant, ip: string | undefined): Promise<void> {
    const { limits } = tenant;
    if (limits === "none") return;
    const counts = inWindows(`${what}/${addressName(this.#cipher, tenant, ip)}`, limits.address);
    const refusal = await this.#db.write("countRequest", async (transaction) => {
      const now = this.#clock.now();
      const { full } = await countInAll(transaction, counts, now);
      return full.length === 0 ? undefined : tooMany(await secondsUntilRoom(transaction, full, now));
    });
    if (refusal !== undefined) throw refusal;
  }

  /**
   * Calls `accept` with a precondition that counts the request. `accept` must run the precondition only if the
   * request is new. For a tenant without limits there is no precondition.
   */
  async guard<T>(client: Client, accept: (check?: Precondition) => Promise<T>): Promise<T> {
    const { id, limits } = client.tenant;
    if (limits === "none") return accept();
    let decision: RateLimitDecision = {};
    try {
      const accepted = await accept(
        async (transaction) => (decision = await this.#decide(transaction, client, limits)),
      );
      if (decision.usedUp !== undefined) this.#tellUsedUp(id, decision.usedUp);
      return accepted;
    } finally {
      if (decision.banned !== undefined) {
        const { visitor, until } = decision.banned;
        this.#log.warn(
          { tenant: id, ban: visitor, until: until ?? "for good" },
          "a session that asked for too many different numbers is banned; to undo it: uis-call-bff bans lift",
        );
      }
    }
  }

  #tellUsedUp(tenant: string, { all, beyond }: NumberCount): void {
    this.#log.warn(
      { tenant, numbers: all.most, seconds: all.seconds, further: beyond === "keep" ? "kept" : "refused" },
      "visitors of one address have asked for so many different numbers that further ones are not dialled; if they are few, check that TRUST_PROXY names every proxy",
    );
  }

  async #decide(
    transaction: Transaction<Tables>,
    client: Client,
    limits: Limits,
  ): Promise<RateLimitDecision> {
    const { tenant, principal, ip, identity = null } = client;
    const now = this.#clock.now();
    if (identity !== null) {
      // Does not limit identified users by IP address, because many users may share the address of an office.
      // Their calls are limited when they are dialled.
      const name = `${tenant.id}/identity/${identity}`;
      const numbers = numbersIn(name, limits.distinctNumbers.identity, "refuse");
      return (await this.#count(transaction, [], numbers, client.number, now)).decision;
    }
    const session = `${tenant.id}/session/${principal}`;
    const present = await banOf(transaction, session, now);
    if (present !== undefined) return { refusal: tooMany(secondsOf(present, now)) };
    const tiers = addressTiers(addressName(this.#cipher, tenant, ip), limits.addressNumbers);
    const numbers = [...numbersIn(session, limits.distinctNumbers.session, "ban"), ...tiers];
    const requests = inWindows(`calls/${session}`, limits.session);
    const { decision, used, full } = await this.#count(transaction, requests, numbers, client.number, now);
    if (full.some(({ beyond }) => beyond === "ban")) {
      const banned = await ban(transaction, session, now);
      // Looks for the ban if this request did not start it, because a simultaneous request of the session may
      // have done so.
      const inForce = banned ?? (await banOf(transaction, session, now));
      return { ...decision, banned, ...(inForce && { refusal: tooMany(secondsOf(inForce, now)) }) };
    }
    return { ...decision, usedUp: tiers.find(({ all }) => used.get(all.bucket) === all.most) };
  }

  /**
   * Counts the request. Also counts its telephone number if the visitor has not requested this number before.
   *
   * @returns the new count of each bucket, and the counts that were too full for the number
   */
  async #count(
    transaction: Transaction<Tables>,
    requests: readonly Count[],
    numbers: readonly NumberCount[],
    number: string,
    now: Date,
  ): Promise<{ decision: Decision; used: ReadonlyMap<string, number>; full: NumberCount[] }> {
    const hash = this.#cipher.hash(number);
    const ownOf = ({ all }: NumberCount): Count => ({ ...all, bucket: `${all.bucket}/${hash}`, most: 1 });
    const unheard = await count(transaction, numbers.map(ownOf), now);
    const more = numbers.filter((entry) => unheard.has(ownOf(entry).bucket));
    const used = await count(transaction, [...requests, ...more.map(({ all }) => all)], now);
    const full = more.filter(({ all }) => !used.has(all.bucket));
    // Removes a number that is not dialled from the count of dialled numbers. If it is requested again, its
    // call is held for a person again.
    const kept = full.filter(({ beyond }) => beyond === "keep").map((entry) => ownOf(entry).bucket);
    await takeBack(transaction, kept);
    const counted = [...unheard.keys(), ...used.keys()].filter((bucket) => !kept.includes(bucket));
    const refusing = [
      ...requests.filter(({ bucket }) => !used.has(bucket)),
      ...full.filter(({ beyond }) => beyond !== "keep").map(({ all }) => all),
    ].map(({ bucket }) => bucket);
    const decision: Decision =
      refusing.length > 0
        ? { counted, refusal: tooMany(await secondsUntilRoom(transaction, refusing, now)) }
        : { counted, ...(kept.length > 0 && { keep: "limit_reached" }) };
    return { decision, used, full };
  }
}

const numbersIn = (
  name: string,
  windows: readonly LimitWindow[],
  beyond: NumberCount["beyond"],
): NumberCount[] => inWindows(numbersOf(name), windows).map((all) => ({ all, beyond }));

const tooMany = (retryAfter: number): Refusal =>
  new Refusal("rate_limited", "too many requests: try again after retryAfter seconds", { retryAfter });

const secondsOf = ({ until }: BanRow, now: Date): number =>
  until === null ? A_DAY : secondsUntil(until, now);
