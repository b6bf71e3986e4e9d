import { randomBytes } from "node:crypto";
import type { Clock } from "../exchange/clock.js";
import { RpcError } from "./json-rpc.js";
import type { Settings } from "../exchange/settings.js";

/** A customer of UIS. */
export interface Account {
  login: string;
  password: string;
  /** Digits only. The only numbers a call may show. */
  serviceNumbers: string[];
  /** IP addresses that may use the API; absent: any. */
  allowedAddresses?: string[];
  /** Default true. */
  active?: boolean;
  /** Limits of `place_calls` within any 60 seconds and any 24 hours; absent: no limit. */
  limits?: { perMinute?: number; perDay?: number };
}

interface SessionKey {
  account: Account;
  issuedAt: number;
  expired: boolean;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Keeps the accounts, their session keys and the calls counted against their limits. */
export class Accounts {
  readonly #accounts: readonly Account[];
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #keys = new Map<string, SessionKey>();
  /** Times of the calls of the last 24 hours, by login. */
  readonly #used = new Map<string, number[]>();

  constructor(accounts: readonly Account[], clock: Clock, settings: Settings) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** @throws {RpcError} -32001 if login or key belong to an account that does not allow the address. Source: §2 */
  checkAddress(params: Record<string, unknown>, address: string): void {
    const { login, session_key: key } = params;
    const account =
      typeof key === "string"
        ? this.#keys.get(key)?.account
        : this.#accounts.find((candidate) => candidate.login === login);
    if (account?.allowedAddresses?.includes(address) === false) {
      throw new RpcError("addressNotAllowed", `${address} is not on the allow list`);
    }
  }

  /** Issues a session key. @throws {RpcError} -32003. Source: §3, §5 */
  authenticate(login: string, password: string): string {
    const account = this.#accounts.find((candidate) => candidate.login === login);
    if (account?.password !== password) throw new RpcError("permissionDenied", "Wrong login or password");
    if (account.active === false) throw new RpcError("permissionDenied", "The client is inactive");
    const key = randomBytes(20).toString("hex");
    this.#keys.set(key, { account, issuedAt: this.#clock.now(), expired: false });
    return key;
  }

  /** @throws {RpcError} -32002 for an unknown key, -32005 for an old one */
  ofKey(key: string): Account {
    const session = this.#keys.get(key);
    if (!session) throw new RpcError("keyUnknown", "Invalid session key");
    const age = (this.#clock.now() - session.issuedAt) / 1000;
    if (session.expired || age >= this.#settings.keyLifetime) {
      throw new RpcError("keyExpired", "Get a new session key");
    }
    return session.account;
  }

  /** @throws {RpcError} -32003 */
  checkPermission(account: Account, serviceNumber: string): void {
    if (account.active === false) throw new RpcError("permissionDenied", "The client is inactive");
    if (account.serviceNumbers.includes(serviceNumber)) return;
    throw new RpcError("permissionDenied", `numb: ${serviceNumber} is not a service number of this client`);
  }

  /** Counts one call against the limits. @throws {RpcError} -32004 without counting it */
  countCall(account: Account): void {
    const now = this.#clock.now();
    const used = (this.#used.get(account.login) ?? []).filter((at) => at > now - DAY);
    const { perMinute = Infinity, perDay = Infinity } = account.limits ?? {};
    const lastMinute = used.filter((at) => at > now - MINUTE).length;
    if (lastMinute >= perMinute) throw new RpcError("limitExceeded", `${perMinute} calls per minute`);
    if (used.length >= perDay) throw new RpcError("limitExceeded", `${perDay} calls per day`);
    this.#used.set(account.login, [...used, now]);
  }

  /** Expires every key issued so far: requests with one are answered with -32005. */
  expireKeys(): void {
    for (const session of this.#keys.values()) session.expired = true;
  }

  /** Forgets keys and used limits. */
  reset(): void {
    this.#keys.clear();
    this.#used.clear();
  }
}
