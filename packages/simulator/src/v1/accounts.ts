import { randomBytes } from "node:crypto";
import type { Clock } from "../exchange/clock.js";
import { RpcError } from "./json-rpc.js";
import type { Settings } from "../exchange/settings.js";

/** An account at UIS, with which a client uses the API. */
export interface Account {
  login: string;
  password: string;
  /** The account's telephone numbers at UIS, digits only. A call can show one of them as the caller's number. */
  serviceNumbers: string[];
  /** IP addresses from which the account may use the API. Without it, all addresses may. */
  allowedAddresses?: string[];
  /** Whether the account may use the API. Default: true. */
  active?: boolean;
  /**
   * Maximum numbers of telephone calls in the last 60 seconds and in the last 24 hours. Without a number, there is no
   * limit.
   */
  limits?: { perMinute?: number; perDay?: number };
}

interface SessionKey {
  account: Account;
  issuedAt: number;
  expired: boolean;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Stores the accounts, their session keys, and the telephone calls that count towards their limits. */
export class Accounts {
  readonly #accounts: readonly Account[];
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #keys = new Map<string, SessionKey>();
  /** Times of the telephone calls of the last 24 hours, by the login of the account. */
  readonly #used = new Map<string, number[]>();

  constructor(accounts: readonly Account[], clock: Clock, settings: Settings) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#settings = settings;
  }

  /**
   * Checks whether the request comes from an allowed IP address (Call API v1 §2).
   *
   * @throws {RpcError} -32001 if the account of the login or of the session key does not allow the address
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

  /**
   * Issues a session key (Call API v1 §3, §5). @throws {RpcError} -32003 if the login or password is wrong, or if the
   * account is inactive
   */
  authenticate(login: string, password: string): string {
    const account = this.#accounts.find((candidate) => candidate.login === login);
    if (account?.password !== password) throw new RpcError("permissionDenied", "Wrong login or password");
    if (account.active === false) throw new RpcError("permissionDenied", "The client is inactive");
    const key = randomBytes(20).toString("hex");
    this.#keys.set(key, { account, issuedAt: this.#clock.now(), expired: false });
    return key;
  }

  /**
   * Returns the account to which a session key was issued. @throws {RpcError} -32002 for an unknown key, -32005 for an
   * expired key
   */
  ofKey(key: string): Account {
    const session = this.#keys.get(key);
    if (!session) throw new RpcError("keyUnknown", "Invalid session key");
    const age = (this.#clock.now() - session.issuedAt) / 1000;
    if (session.expired || age >= this.#settings.keyLifetime) {
      throw new RpcError("keyExpired", "Get a new session key");
    }
    return session.account;
  }

  /**
   * Checks whether an account may place calls from a service number.
   *
   * @throws {RpcError} -32003 if the account is inactive, or if the service number is not one of its numbers
   */
  checkPermission(account: Account, serviceNumber: string): void {
    if (account.active === false) throw new RpcError("permissionDenied", "The client is inactive");
    if (account.serviceNumbers.includes(serviceNumber)) return;
    throw new RpcError("permissionDenied", `numb: ${serviceNumber} is not a service number of this client`);
  }

  /**
   * Counts one telephone call for the limits. @throws {RpcError} -32004 if a limit has been reached; then the call is
   * not counted
   */
  countCall(account: Account): void {
    const now = this.#clock.now();
    const used = (this.#used.get(account.login) ?? []).filter((at) => at > now - DAY);
    const { perMinute = Infinity, perDay = Infinity } = account.limits ?? {};
    const lastMinute = used.filter((at) => at > now - MINUTE).length;
    if (lastMinute >= perMinute) throw new RpcError("limitExceeded", `${perMinute} calls per minute`);
    if (used.length >= perDay) throw new RpcError("limitExceeded", `${perDay} calls per day`);
    this.#used.set(account.login, [...used, now]);
  }

  /** Expires all session keys that have been issued so far. A request with such a key then gets the error -32005. */
  expireKeys(): void {
    for (const session of this.#keys.values()) session.expired = true;
  }

  /** Deletes all session keys and the counts for limits. */
  reset(): void {
    this.#keys.clear();
    this.#used.clear();
  }
}
