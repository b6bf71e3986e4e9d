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

/** The account that a simulator has by default: login `demo`, password `demo`, service number 74990000000. */
export const demoAccount: Account = { login: "demo", password: "demo", serviceNumbers: ["74990000000"] };

export interface SimulatorOptions {
  /** The accounts that can use the simulated API. The simulator copies them. Default: only `demoAccount`. */
  accounts?: Account[];
  /** Clock of the calls and session keys. Default: the clock of the computer. */
  clock?: Clock;
  settings?: Partial<Settings>;
}

/**
 * Simulates UIS: the Call API v1 over HTTP, and a telephone exchange that places the calls. The tables in
 * docs/uis-api.md say how UIS behaves and what of this is simulated.
 *
 * @example
 * const uis = new UisSimulator({ settings: { answerByThemselves: { visitor: 1, office: 1 } } });
 * await uis.start({ port: 0 });
 * // … send JSON-RPC to uis.url …
 * uis.received("place_calls"); // the requests it received
 * await uis.stop();
 */
export class UisSimulator {
  /** The simulated telephone exchange, with its phones and calls. */
  readonly exchange: Exchange;
  /**
   * The accounts that can use the simulated API. Tests may change properties of an account. The change applies from the
   * next request.
   */
  readonly accounts: readonly Account[];
  /**
   * Called before each HTTP response is sent. The hook may change the status, headers, body and delay of the response,
   * or reset the connection instead. Telephone calls that have already been dialled go on all the same. Without a hook,
   * responses are sent unchanged.
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
   * The current settings. Assigning a property does not affect phones that are already ringing. Use `exchange.change`
   * to affect these phones too.
   */
  get settings(): Settings {
    return this.exchange.settings;
  }

  /**
   * The records of all HTTP requests. Emits `change` when a request arrives, when its body has been read, and when the
   * response has been sent.
   */
  get requests(): Records {
    return this.#records;
  }

  /** The records of all HTTP requests, in the order of arrival. */
  get records(): RpcRecord[] {
    return this.#records.list;
  }

  /** Returns the records of the JSON-RPC requests for one method, for example `place_calls`. */
  received(method: string): RpcRecord[] {
    return this.records.filter((record) => record.method === method);
  }

  /**
   * Starts a server for the simulator. With port 0, the system chooses a free port.
   *
   * @throws the error of Node.js if the server cannot listen, for example `EADDRINUSE`
   */
  async start({ port, host = "127.0.0.1" }: { port: number; host?: string }): Promise<void> {
    if (this.#server) throw new Error("The simulator is running already");
    const server = createServer(express().disable("x-powered-by").use(this.router()));
    server.listen(port, host);
    await once(server, "listening");
    this.#server = server;
  }

  /** The simulator's URL without a path: `http://host:port`. Throws if the simulator has not been started. */
  get origin(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error("The simulator has not been started");
    const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}`;
  }

  /** The URL to which JSON-RPC requests are sent. Throws if the simulator has not been started. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /**
   * Returns the router of the simulator. `start` serves it. It can also be mounted in another Express app, at any path.
   */
  router(): Router {
    return this.#router;
  }

  /** Expires all session keys that have been issued so far. A request with such a key then gets the error -32005. */
  expireSessionKeys(): void {
    this.#accounts.expireKeys();
  }

  /**
   * Ends all telephone calls. Deletes the calls, the records of requests, the session keys, the counts for limits, and
   * the hook. Settings are kept.
   */
  reset(): void {
    this.beforeAnswer = undefined;
    this.#accounts.reset();
    this.#records.reset();
    this.exchange.reset();
  }

  /** Stops the server, closes all connections to it, and ends all telephone calls. */
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
