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
import { addressTiers, mostOf, networkName } from "./address-numbers.js";
import type { NumberCount } from "./address-numbers.js";
import { networksOf } from "./networks.js";

/** Session that is counted. */
export interface Client {
  tenant: Tenant;
  /** Principal of the session. */
  principal: string;
  /** IP address of the client, as Express determines it. */
  ip: string | undefined;
  /** Id of an identified user. Absent or null for an anonymous visitor. */
  identity?: string | null | undefined;
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
   * Counts a request for a session that does not belong to an identified user.
   *
   * @throws Refusal `rate_limited`; StoreError, because a session that cannot be counted is not allowed
   */
  checkSession(tenant: Tenant, ip: string | undefined): Promise<void> {
    return this.#check(this.#ofAddress("sessions", tenant, ip));
  }

  /**
   * Like {@link checkSession}, but for a proof-of-work challenge. Creating a challenge costs the backend as
   * much as one try to solve it costs the browser. An identified user counts alone. So does a session whose
   * address cannot be read.
   */
  checkChallenge({ tenant, principal, ip, identity }: Client): Promise<void> {
    if (typeof identity === "string")
      return this.#check(this.#ofOne(`challenges/${this.#identityName(tenant, identity)}`, tenant));
    const counts = this.#ofAddress("challenges", tenant, ip);
    if (counts.length > 0) return this.#check(counts);
    return this.#check(this.#ofOne(`challenges/${sessionName(tenant, principal)}`, tenant));
  }

  async #check(counts: readonly Count[]): Promise<void> {
    if (counts.length === 0) return;
    const refusal = await this.#db.write("countRequest", async (transaction) => {
      const now = this.#clock.now();
      const { full } = await countInAll(transaction, counts, now);
      return full.length === 0 ? undefined : tooMany(await secondsUntilRoom(transaction, full, now));
    });
    if (refusal !== undefined) throw refusal;
  }

  /** Returns the limit of an address as counts of its networks. */
  #ofAddress(what: "sessions" | "challenges", tenant: Tenant, ip: string | undefined): Count[] {
    return networksOf(this.#cipher, ip)
      .filter(({ mayHold }) => mayHold)
      .flatMap((network) =>
        this.#ofOne(`${what}/${networkName(tenant, network)}`, tenant).map((entry) => ({
          ...entry,
          most: mostOf(entry.most, network),
        })),
      );
  }

  #ofOne = (name: string, { limits }: Tenant): Count[] =>
    limits === "none" ? [] : inWindows(name, limits.address);

  #identityName = ({ id }: Tenant, identity: string): string =>
    `${id}/identity/${this.#cipher.hash(identity)}`;

  /**
   * Calls `accept` with a precondition that counts the request. `accept` must run the precondition only if the
   * request is new. For a tenant without limits there is no precondition.
   */
  async guard<T>(client: Client, number: string, accept: (check?: Precondition) => Promise<T>): Promise<T> {
    const { id, limits } = client.tenant;
    if (limits === "none") return accept();
    let decision: RateLimitDecision = {};
    try {
      const accepted = await accept(
        async (transaction) => (decision = await this.#decide(transaction, client, number, limits)),
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
    number: string,
    limits: Limits,
  ): Promise<RateLimitDecision> {
    const { tenant, principal, ip, identity = null } = client;
    const now = this.#clock.now();
    if (identity !== null) {
      // Does not limit identified users by IP address, because many users may share the address of an office.
      // Their calls are limited when they are dialled.
      const name = this.#identityName(tenant, identity);
      const numbers = numbersIn(name, limits.distinctNumbers.identity, "refuse");
      return (await this.#count(transaction, [], numbers, number, now)).decision;
    }
    const session = sessionName(tenant, principal);
    const present = await banOf(transaction, session, now);
    if (present !== undefined) return { refusal: tooMany(secondsOf(present, now)) };
    const tiers = addressTiers(tenant, networksOf(this.#cipher, ip), limits.addressNumbers);
    const numbers = [...numbersIn(session, limits.distinctNumbers.session, "ban"), ...tiers];
    const requests = inWindows(`calls/${session}`, limits.session);
    const { decision, used, full } = await this.#count(transaction, requests, numbers, number, now);
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
    const kept = full.some(({ beyond }) => beyond === "keep");
    // Removes a number that is not dialled from the counts of dialled numbers, also from those of networks that
    // have room. If it is requested again, its call is held for a person again.
    const notDialled = more
      .filter(({ beyond }) => kept && beyond === "keep")
      .flatMap((entry) => [ownOf(entry).bucket, ...(used.has(entry.all.bucket) ? [entry.all.bucket] : [])]);
    await takeBack(transaction, notDialled);
    const counted = [...unheard.keys(), ...used.keys()].filter((bucket) => !notDialled.includes(bucket));
    const refusing = [
      ...requests.filter(({ bucket }) => !used.has(bucket)),
      ...full.filter(({ beyond }) => beyond !== "keep").map(({ all }) => all),
    ].map(({ bucket }) => bucket);
    const decision: Decision =
      refusing.length > 0
        ? { counted, refusal: tooMany(await secondsUntilRoom(transaction, refusing, now)) }
        : { counted, ...(kept && { keep: "limit_reached" }) };
    return { decision, used, full };
  }
}

const sessionName = ({ id }: Tenant, principal: string): string => `${id}/session/${principal}`;

const numbersIn = (
  name: string,
  windows: readonly LimitWindow[],
  beyond: NumberCount["beyond"],
): NumberCount[] => inWindows(numbersOf(name), windows).map((all) => ({ all, beyond }));

const tooMany = (retryAfter: number): Refusal =>
  new Refusal("rate_limited", "too many requests: try again after retryAfter seconds", { retryAfter });

const secondsOf = ({ until }: BanRow, now: Date): number =>
  until === null ? A_DAY : secondsUntil(until, now);
