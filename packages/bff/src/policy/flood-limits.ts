import type { Transaction } from "kysely";
import type { Admission, Decision } from "../calls/ledger.js";
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
} from "../store/limit-counts.js";
import type { NumberVault } from "../store/number-vault.js";
import type { BanRow, Tables } from "../store/tables.js";
import { addressHash } from "./address-prefix.js";

/** Who asks for a call, and to which number. */
export interface Asker {
  tenant: Tenant;
  /** Of the session. */
  principal: string;
  /** As Express gives it. */
  ip: string | undefined;
  /** Hash of the user the site vouches for; absent for an anonymous visitor. */
  identity?: string | null;
  number: string;
}

/** Somebody whose different numbers are counted. */
interface Visitor {
  name: string;
  windows: readonly LimitWindow[];
}

/** Seconds after which whoever is banned for good may as well ask again. */
const A_DAY = 24 * 60 * 60;

/**
 * The limits on requests: of one address, of one session, and on how many different numbers a visitor asks for. What is
 * beyond them is refused and not kept. They are counted in our own table, not by rate-limiter-flexible: in the very
 * transaction that writes the request down, so that no repeat is counted, and by the clock that is passed in.
 */
export class FloodLimits {
  readonly #db: Database;
  readonly #vault: NumberVault;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(db: Database, vault: NumberVault, clock: Clock, log: Logger) {
    this.#db = db;
    this.#vault = vault;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Counts a new session.
   *
   * @throws Refusal `rate_limited`; StoreError, since what cannot be counted is not allowed
   */
  admitSession(tenant: Tenant, ip: string | undefined): Promise<void> {
    return this.#admitOf("sessions", tenant, ip);
  }

  /** As {@link admitSession} for a challenge of proof of work: making one costs us as much as one try at solving it. */
  admitChallenge(tenant: Tenant, ip: string | undefined): Promise<void> {
    return this.#admitOf("challenges", tenant, ip);
  }

  async #admitOf(what: "sessions" | "challenges", tenant: Tenant, ip: string | undefined): Promise<void> {
    const { limits } = tenant;
    if (limits === "none") return;
    const counts = inWindows(`${what}/${this.#addressOf(tenant, ip)}`, limits.address);
    const refusal = await this.#db.write(async (transaction) => {
      const now = this.#clock.now();
      const { full } = await countInAll(transaction, counts, now);
      return full.length === 0 ? undefined : tooMany(await secondsUntilRoom(transaction, full, now));
    });
    if (refusal !== undefined) throw refusal;
  }

  /**
   * Runs `accept` with what counts the request, once it is certain that it is a new one; with nothing where the tenant
   * has no limits.
   */
  async guard<T>(asker: Asker, accept: (admit?: Admission) => Promise<T>): Promise<T> {
    const { limits } = asker.tenant;
    if (limits === "none") return accept();
    let banned: BanRow | undefined;
    try {
      return await accept(async (transaction) => {
        const decision = await this.#admit(transaction, asker, limits);
        banned = decision.banned;
        return decision;
      });
    } finally {
      if (banned !== undefined) {
        this.#log.warn(
          { tenant: asker.tenant.id, ban: banned.visitor, until: banned.until ?? "for good" },
          "a visitor who asked for too many different numbers is banned; to undo it: uis-call-bff bans lift. If it happens to many, TRUST_PROXY does not name every proxy in front",
        );
      }
    }
  }

  async #admit(
    transaction: Transaction<Tables>,
    asker: Asker,
    limits: Limits,
  ): Promise<Decision & { banned?: BanRow | undefined }> {
    const { tenant, principal, ip, number, identity = null } = asker;
    const now = this.#clock.now();
    const session: Visitor = {
      name: `${tenant.id}/session/${principal}`,
      windows: limits.distinctNumbers.session,
    };
    const address: Visitor = {
      name: this.#addressOf(tenant, ip),
      windows: limits.distinctNumbers.address,
    };
    const requests = inWindows(`calls/${session.name}`, limits.session);
    if (identity !== null) {
      // The site answers for its users, and a house full of them has one address.
      const name = `${tenant.id}/identity/${identity}`;
      const user: Visitor = { name, windows: limits.distinctNumbers.identity };
      const { counted, full } = await this.#countAll(transaction, requests, [user], number, now);
      return full.length === 0
        ? { counted }
        : { counted, refusal: tooMany(await secondsUntilRoom(transaction, full, now)) };
    }
    const present =
      (await banOf(transaction, session.name, now)) ?? (await banOf(transaction, address.name, now));
    if (present !== undefined) return { refusal: tooMany(secondsOf(present, now)) };
    requests.push(...inWindows(`calls/${address.name}`, limits.address));
    const { counted, full, beyond } = await this.#countAll(
      transaction,
      requests,
      [session, address],
      number,
      now,
    );
    if (full.length === 0) return { counted };
    let banned: BanRow | undefined;
    let inForce: BanRow | undefined;
    for (const { name } of beyond) {
      banned = await ban(transaction, name, now);
      // Unless another request of the visitor was the first to go too far.
      inForce = banned ?? (await banOf(transaction, name, now));
    }
    return inForce === undefined
      ? { counted, refusal: tooMany(await secondsUntilRoom(transaction, full, now)) }
      : { counted, refusal: tooMany(secondsOf(inForce, now)), banned };
  }

  /**
   * Counts the request, and the number where a visitor has not asked for it before.
   *
   * @returns the buckets it is counted in and those that are full, and the visitors who have asked for too many numbers
   */
  async #countAll(
    transaction: Transaction<Tables>,
    requests: readonly Count[],
    visitors: readonly Visitor[],
    number: string,
    now: Date,
  ): Promise<{ counted: string[]; full: string[]; beyond: Visitor[] }> {
    const hash = this.#vault.hash(number);
    const numbers = visitors.flatMap((visitor) =>
      inWindows(numbersOf(visitor.name), visitor.windows).map((all) => ({
        visitor,
        all,
        this: { ...all, bucket: `${all.bucket}/${hash}`, most: 1 },
      })),
    );
    const unheard = await count(
      transaction,
      numbers.map((entry) => entry.this),
      now,
    );
    const more = numbers.filter((entry) => unheard.has(entry.this.bucket));
    const all = [...requests, ...more.map((entry) => entry.all)];
    const used = await count(transaction, all, now);
    const full = all.map(({ bucket }) => bucket).filter((bucket) => !used.has(bucket));
    const beyond = more.filter(({ all }) => full.includes(all.bucket)).map(({ visitor }) => visitor);
    return { counted: [...unheard.keys(), ...used.keys()], full, beyond: [...new Set(beyond)] };
  }

  #addressOf(tenant: Tenant, ip: string | undefined): string {
    return `${tenant.id}/address/${addressHash(this.#vault, ip)}`;
  }
}

const tooMany = (retryAfter: number): Refusal =>
  new Refusal("rate_limited", "too many requests: try again after retryAfter seconds", { retryAfter });

const secondsOf = ({ until }: BanRow, now: Date): number =>
  until === null ? A_DAY : secondsUntil(until, now);
