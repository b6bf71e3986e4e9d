import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { Router } from "express";
import { type Account, Accounts } from "./v1/accounts.js";
import { type Clock, systemClock, Timers } from "./exchange/clock.js";
import { Control } from "./control.js";
import { type AnswerHook, createEndpoint } from "./v1/endpoint.js";
import { Exchange } from "./exchange/exchange.js";
import { methodsOfV1 } from "./v1/methods.js";
import { pageFiles } from "./page/page-files.js";
import { Records, type RpcRecord } from "./records.js";
import { applyChange, defaultSettings, type Settings, settingsChangeSchema } from "./exchange/settings.js";

/** The default account of a simulator: login `demo`, password `demo`, service number 74990000000. */
export const demoAccount: Account = { login: "demo", password: "demo", serviceNumbers: ["74990000000"] };

export interface SimulatorOptions {
  /** The simulator works on a copy of the accounts. Default: `demoAccount` only. */
  accounts?: Account[];
  /** Default: the system's clock. */
  clock?: Clock;
  settings?: Partial<Settings>;
}

/**
 * Simulates UIS: Call API v1 over HTTP, with a telephone exchange behind it. The tables in docs/uis-api.md list the
 * behaviour of UIS that it simulates.
 *
 * @example
 * const uis = new UisSimulator({ settings: { answerByThemselves: { visitor: 1, office: 1 } } });
 * await uis.start({ port: 0 });
 * // … send JSON-RPC to uis.url …
 * uis.received("place_calls"); // the requests it received
 * await uis.stop();
 */
export class UisSimulator {
  /** The exchange with its phones and calls. */
  readonly exchange: Exchange;
  /** The accounts of UIS's clients. If a member of an account is changed, the change applies to the next request. */
  readonly accounts: readonly Account[];
  /**
   * Called before each answer is sent. The hook may change the status, headers, body and delay of the answer, or reset
   * the connection instead. It does not end calls that have been dialled already. If undefined, answers are sent
   * unchanged.
   */
  beforeAnswer: AnswerHook | undefined;
  readonly #accounts: Accounts;
  readonly #records = new Records();
  readonly #control: Control;
  readonly #delays: Timers;
  readonly #router: Router;
  #server: Server | undefined;

  /** @throws ZodError for a setting that does not exist or has the wrong type */
  constructor({ accounts = [demoAccount], clock = systemClock, settings = {} }: SimulatorOptions = {}) {
    const live = defaultSettings();
    applyChange(live, settingsChangeSchema.parse(settings));
    this.exchange = new Exchange(clock, live);
    this.accounts = structuredClone(accounts);
    this.#accounts = new Accounts(this.accounts, clock, live);
    this.#control = new Control(this.exchange, this.#records, () => this.reset());
    this.#delays = new Timers(clock);
    this.#router = Router();
    const methods = methodsOfV1(this.#accounts, this.exchange);
    const hook = (): AnswerHook | undefined => this.beforeAnswer;
    this.#router.use(createEndpoint({ methods, records: this.#records, clock, delays: this.#delays, hook }));
    this.#router.use(this.#control.router());
    this.#router.use(pageFiles());
  }

  /**
   * The current settings. If a member is assigned, the change does not affect phones that are ringing already;
   * `exchange.change` affects these phones too.
   */
  get settings(): Settings {
    return this.exchange.settings;
  }

  /** Emits `change` when a request arrives, when it is read, and when it is answered. */
  get requests(): Records {
    return this.#records;
  }

  /** All requests in order of arrival. */
  get records(): RpcRecord[] {
    return this.#records.list;
  }

  /** Returns the requests that call one method. */
  received(method: string): RpcRecord[] {
    return this.records.filter((record) => record.method === method);
  }

  /**
   * Listens on a port of its own. With port 0, the system chooses a free port.
   *
   * @throws the error of Node if it cannot listen (`EADDRINUSE` …)
   */
  async start({ port, host = "127.0.0.1" }: { port: number; host?: string }): Promise<void> {
    if (this.#server) throw new Error("The simulator is running already");
    const server = createServer(express().disable("x-powered-by").use(this.router()));
    server.listen(port, host);
    await once(server, "listening");
    this.#server = server;
  }

  /** `http://host:port`. Throws if the simulator has not been started. */
  get origin(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error("The simulator has not been started");
    const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}`;
  }

  /** URL for JSON-RPC requests. Throws if the simulator has not been started. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** Returns the router that `start` serves. It can be mounted in another Express app under any path. */
  router(): Router {
    return this.#router;
  }

  /** Expires all session keys issued so far. Requests with such a key get the error -32005. */
  expireSessionKeys(): void {
    this.#accounts.expireKeys();
  }

  /** Ends all calls, and deletes calls, records, session keys, counted limits and the hook. Settings stay. */
  reset(): void {
    this.beforeAnswer = undefined;
    this.#accounts.reset();
    this.#records.reset();
    this.exchange.reset();
  }

  /** Stops listening, closes all connections and ends all calls. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#control.close();
    this.#delays.stop();
    if (server) {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    }
    this.exchange.reset();
  }
}
