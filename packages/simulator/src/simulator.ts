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
  /** Default: `demoAccount` alone. They are copied. */
  accounts?: Account[];
  /** Default: the computer's. */
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
 * uis.received("place_calls"); // what it was asked
 * await uis.stop();
 */
export class UisSimulator {
  /** The phones and calls. */
  readonly exchange: Exchange;
  /** A change in place holds from the next request on. */
  readonly accounts: readonly Account[];
  /**
   * Called before every answer is sent, with the request and an answer it may change: status, headers, body, delay,
   * or no answer at all. What has been dialled stays dialled. Undefined: answers go out as they are.
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

  /** The live settings; a change in place holds from the next event on. `exchange.change` also tells ringing phones. */
  get settings(): Settings {
    return this.exchange.settings;
  }

  /** Emits `change` with a record when its request arrives, has been read, and is answered. */
  get requests(): Records {
    return this.#records;
  }

  /** Every request in order of arrival. */
  get records(): RpcRecord[] {
    return this.#records.list;
  }

  /** The requests that called one method. */
  received(method: string): RpcRecord[] {
    return this.records.filter((record) => record.method === method);
  }

  /**
   * Listens on its own port; 0 takes a free one.
   *
   * @throws the listen error as Node gives it (`EADDRINUSE` …)
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

  /** Everything `start` serves, to be mounted in another Express app under any prefix. */
  router(): Router {
    return this.#router;
  }

  /** Every session key issued so far is answered with -32005 from now on. */
  expireSessionKeys(): void {
    this.#accounts.expireKeys();
  }

  /** Ends and forgets all calls, records, keys, used limits and the hook. Settings stay. */
  reset(): void {
    this.beforeAnswer = undefined;
    this.#accounts.reset();
    this.#records.reset();
    this.exchange.reset();
  }

  /** Cuts every connection and ends every call. Harmless when it does not run. */
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
