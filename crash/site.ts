import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@uis-call/testing/ports";
import { Backend } from "./backend.js";
import { type Accepted, check, type Findings } from "./checker.js";
import type { CrashPoint, KillOrder } from "./crash-points.js";
import { type LedgerReader, readLedger, readerOf, undelivered, underWay } from "./ledger-reader.js";
import { Receiver } from "./receiver.js";
import { decisionTimes, type Kill } from "./recovery.js";
import { Uis } from "./uis.js";
import { ORIGIN, Visitor } from "./visitor.js";

export interface SiteOptions {
  databaseUrl: string;
  /** Number of backends that use the same database. */
  backends: number;
  /** Returns a random number from 0 up to, but not including, 1. */
  random: () => number;
}

/** What a visitor requests, and how UIS reacts to it. */
export interface Wish {
  point: CrashPoint;
  /** Milliseconds until the scheduled call is due. Without this property, the call is dialled at once. */
  later?: number;
  /** Whether UIS answers `fail`, as it does when a person does not pick up the telephone. */
  noAnswer?: boolean;
  /** Index of the backend to which the visitor sends the request first. */
  first?: number;
}

/** Milliseconds between two checks of a condition. */
const LOOK_EVERY = 40;

let lastNumber = 1000;
/** Returns a mobile number that has not been used before. */
const nextNumber = (): string => `7900${String(++lastNumber).padStart(7, "0")}`;

/** One database, with the backends that use it and a simulated UIS. Records the responses that visitors receive. */
export class Site {
  readonly uis: Uis;
  readonly receiver = new Receiver();
  readonly backends: readonly Backend[];
  readonly accepted: Accepted[] = [];
  readonly kills: Kill[] = [];
  readonly #reader: LedgerReader;
  readonly #sessionSecret: string;
  /** Telephone numbers of the visitors whose calls were refused. */
  readonly #refused: string[] = [];
  /** For each visitor's number, the backend to which the request for a call was sent last. */
  readonly #asked = new Map<string, Backend>();

  private constructor(uis: Uis, backends: readonly Backend[], reader: LedgerReader, sessionSecret: string) {
    this.#sessionSecret = sessionSecret;
    this.uis = uis;
    this.backends = backends;
    this.#reader = reader;
  }

  static async open({ databaseUrl, backends, random }: SiteOptions): Promise<Site> {
    const uis = new Uis(random);
    await uis.start();
    const instances: Backend[] = [];
    const sessionSecret = randomBytes(32).toString("hex");
    const site = new Site(uis, instances, readerOf(databaseUrl), sessionSecret);
    await site.receiver.start();
    const environment = {
      DATABASE_URL: databaseUrl,
      CONFIGURATION: configurationFor(uis.url, site.receiver.url),
      SESSION_SECRET: sessionSecret,
      UIS_PASSWORD: uis.password,
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
    };
    // Starts the backends one after another, because the first backend creates the tables.
    for (let n = 0; n < backends; n++) {
      const backend = new Backend({ ...environment, PORT: String(await freePort()) });
      instances.push(backend);
      await backend.start();
    }
    return site;
  }

  /** Opens a visitor's session. */
  async visitor(): Promise<Visitor> {
    const visitor = new Visitor(this.backends);
    await visitor.open();
    return visitor;
  }

  /** Requests a call. Resolves when a backend has accepted or refused the call. */
  async call(visitor: Visitor, { point, later, noAnswer = false, first = 0 }: Wish): Promise<void> {
    const number = nextNumber();
    if (noAnswer) this.uis.noAnswerAt(number);
    const at = later === undefined ? {} : { at: new Date(Date.now() + later).toISOString() };
    const asked: { backend: string; at: number }[] = [];
    const id = await visitor.call({ target: "sales", phone: `+${number}`, ...at }, first, (backend) => {
      asked.push({ backend: backend.url, at: Date.now() });
      this.#asked.set(number, backend);
    });
    if (id === undefined) this.#refused.push(number);
    else this.accepted.push({ id, number, point, asked, scheduled: later !== undefined });
  }

  /**
   * Tells a backend to die or to freeze at a crash point. C4 is different: it is reached when the simulated UIS has
   * received a request. The simulator runs in the supervisor, so the supervisor kills the backend itself.
   */
  order(backend: Backend, order: KillOrder): void {
    if (order.point !== "C4") {
      void backend.order(order);
      return;
    }
    let left = order.nth;
    this.uis.onDialled = (number) => {
      if (this.#asked.get(number) !== backend || --left > 0) return false;
      this.uis.onDialled = undefined;
      backend.kill();
      return true;
    };
  }

  /** Waits until all calls are over, but at most `ms` milliseconds. @returns whether all calls are over */
  decided(ms: number): Promise<boolean> {
    return within(ms, async () => (await underWay(this.#reader)) === 0);
  }

  /** Waits until all notes have arrived, but at most `ms` milliseconds. @returns whether all notes have arrived */
  delivered(ms: number): Promise<boolean> {
    return within(ms, async () => (await undelivered(this.#reader)) === 0);
  }

  /**
   * Compares what the visitors, the ledger and UIS recorded. Also measures, for each kill, how long it took until the
   * interrupted calls were over.
   *
   * @throws Error if a backend has ended without having been killed
   */
  async findings(): Promise<Findings & { decided: number[] }> {
    for (const { fault } of this.backends) if (fault !== undefined) throw fault;
    const ledger = await readLedger(this.#reader, this.#sessionSecret);
    const findings = check(
      { accepted: this.accepted, refused: this.#refused, arrived: this.receiver.arrived },
      ledger,
      this.uis.journal(),
    );
    return { ...findings, decided: decisionTimes(this.kills, this.accepted, ledger) };
  }

  async close(): Promise<void> {
    const ends = this.backends.filter(({ runs }) => runs).map(({ killed }) => killed);
    for (const backend of this.backends) backend.kill();
    await Promise.all(ends);
    await this.#reader.close();
    this.receiver.stop();
    await this.uis.stop();
  }
}

async function within(ms: number, done: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!(await done())) {
    if (Date.now() > deadline) return false;
    await sleep(LOOK_EVERY);
  }
  return true;
}

const configurationFor = (uis: string, receiver: string): string => `
tenants:
  - id: acme
    limits: none
    name: Acme
    origins: ["${ORIGIN}"]
    serviceNumber: "+74990000000"
    uis: { url: "${uis}", login: acme, password: { env: UIS_PASSWORD } }
    notify: { url: "${receiver}", secret: { env: WEBHOOK_SECRET } }
    proof: never
    targets:
      sales: { title: Sales, office: "+79000000101", firstCall: visitor }
`;
