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

/** The account of a simulator that is given none: login `demo`, password `demo`, number 74990000000. */
export const demoAccount: Account = { login: "demo", password: "demo", serviceNumbers: ["74990000000"] };

export interface SimulatorOptions {
  /** Copied. Default: `demoAccount` only. */
  accounts?: Account[];
  /** Default: the system's. */
  clock?: Clock;
  settings?: Partial<Settings>;
}

/**
 * UIS Call API v1 over HTTP, with a telephone exchange behind it. Row by row: docs/uis-api.md.
 *
 * @example
 * const uis = new UisSimulator({ settings: { answerByThemselves: { visitor: 1, office: 1 } } });
 * await uis.start({ port: 0 });
 * // … send JSON-RPC to uis.url …
 * uis.received("place_calls"); // the requests it received
 * await uis.stop();
 */
export class UisSimulator {
  /** The phones and calls. */
  readonly exchange: Exchange;
  /** A change in place applies from the next request on. */
  readonly accounts: readonly Account[];
  /**
   * Called before an answer is sent. It may change status, headers, body and delay, or drop the answer. Calls already
   * dialled go on. Undefined: answers are sent unchanged.
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

  /** The live settings. A change in place applies from the next event on; `exchange.change` also affects ringing phones. */
  get settings(): Settings {
    return this.exchange.settings;
  }

  /** Emits `change` when a request arrives, is read and is answered. */
  get requests(): Records {
    return this.#records;
  }

  /** All requests in order of arrival. */
  get records(): RpcRecord[] {
    return this.#records.list;
  }

  /** The requests to one method. */
  received(method: string): RpcRecord[] {
    return this.records.filter((record) => record.method === method);
  }

  /**
   * Listens on its own port; 0 takes a free one.
   *
   * @throws Node's error (`EADDRINUSE` …)
   */
  async start({ port, host = "127.0.0.1" }: { port: number; host?: string }): Promise<void> {
    if (this.#server) throw new Error("The simulator is running already");
    const server = createServer(express().disable("x-powered-by").use(this.router()));
    server.listen(port, host);
    await once(server, "listening");
    this.#server = server;
  }

  /** `http://host:port`; throws before `start`. */
  get origin(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error("The simulator has not been started");
    const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}`;
  }

  /** Where JSON-RPC requests go; throws before `start`. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** Router with everything `start` serves, to mount in another Express app under any prefix. */
  router(): Router {
    return this.#router;
  }

  /** Expires all session keys issued so far: requests with one are answered with -32005. */
  expireSessionKeys(): void {
    this.#accounts.expireKeys();
  }

  /** Ends all calls; forgets calls, records, keys, counted limits and the hook. Settings stay. */
  reset(): void {
    this.beforeAnswer = undefined;
    this.#accounts.reset();
    this.#records.reset();
    this.exchange.reset();
  }

  /** Closes all connections and ends all calls. Does nothing where it is not running. */
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
