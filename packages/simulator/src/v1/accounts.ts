import { randomBytes } from "node:crypto";
import type { Clock } from "../exchange/clock.js";
import { RpcError } from "./json-rpc.js";
import type { Settings } from "../exchange/settings.js";

/** The account of a UIS client. */
export interface Account {
  login: string;
  password: string;
  /** The numbers that a call may show, digits only. */
  serviceNumbers: string[];
  /** IP addresses that may use the API; absent: every address may. */
  allowedAddresses?: string[];
  /** Whether the client may use the API. Default: true. */
  active?: boolean;
  /** Maximum numbers of calls in the last 60 seconds and in the last 24 hours; absent: no limit. */
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

  /**
   * Checks the client's IP address (Call API v1 §2).
   *
   * @throws {RpcError} -32001 if the login or session key belongs to an account that does not allow the address
   */
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

  /** Issues a session key (Call API v1 §3, §5). @throws {RpcError} -32003 */
  authenticate(login: string, password: string): string {
    const account = this.#accounts.find((candidate) => candidate.login === login);
    if (account?.password !== password) throw new RpcError("permissionDenied", "Wrong login or password");
    if (account.active === false) throw new RpcError("permissionDenied", "The client is inactive");
    const key = randomBytes(20).toString("hex");
    this.#keys.set(key, { account, issuedAt: this.#clock.now(), expired: false });
    return key;
  }

  /** Returns the account of a session key. @throws {RpcError} -32002 for an unknown key, -32005 for an expired key */
  ofKey(key: string): Account {
    const session = this.#keys.get(key);
    if (!session) throw new RpcError("keyUnknown", "Invalid session key");
    const age = (this.#clock.now() - session.issuedAt) / 1000;
    if (session.expired || age >= this.#settings.keyLifetime) {
      throw new RpcError("keyExpired", "Get a new session key");
    }
    return session.account;
  }

  /** @throws {RpcError} -32003 if the client is inactive or if the service number is not one of its own */
  checkPermission(account: Account, serviceNumber: string): void {
    if (account.active === false) throw new RpcError("permissionDenied", "The client is inactive");
    if (account.serviceNumbers.includes(serviceNumber)) return;
    throw new RpcError("permissionDenied", `numb: ${serviceNumber} is not a service number of this client`);
  }

  /** Counts one call. @throws {RpcError} -32004 if a limit is reached; the call is not counted then */
  countCall(account: Account): void {
    const now = this.#clock.now();
    const used = (this.#used.get(account.login) ?? []).filter((at) => at > now - DAY);
    const { perMinute = Infinity, perDay = Infinity } = account.limits ?? {};
    const lastMinute = used.filter((at) => at > now - MINUTE).length;
    if (lastMinute >= perMinute) throw new RpcError("limitExceeded", `${perMinute} calls per minute`);
    if (used.length >= perDay) throw new RpcError("limitExceeded", `${perDay} calls per day`);
    this.#used.set(account.login, [...used, now]);
  }

  /** Expires every session key issued so far. Requests with such a key get the error -32005. */
  expireKeys(): void {
    for (const session of this.#keys.values()) session.expired = true;
  }

  /** Deletes session keys and counted calls. */
  reset(): void {
    this.#keys.clear();
    this.#used.clear();
  }
}
