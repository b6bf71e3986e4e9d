import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "@uis-call/testing/postgres";
import type { Backend } from "./backend.js";
import { type CrashPoint } from "./crash-points.js";
import type { Outcome, RoundsOptions } from "./outcome.js";
import { schedule } from "./schedule.js";
import { Site } from "./site.js";

const BACKENDS = 3;
const VISITORS = 6;
/**
 * Maximum number of requests that have not been accepted yet. While there are so many, no new calls are requested.
 * Without this limit, a slow machine would never finish.
 */
const MOST_WAITING = 40;

/** Milliseconds between two requests for a call. */
const CALL_EVERY = 80;
/** Milliseconds between two kills of a backend. */
const KILL_EVERY = 1000;
/** Milliseconds between two checks of whether the next kill may happen. */
const LOOK_EVERY = 50;
/**
 * Milliseconds after which a backend is killed even if it has not reached its crash point. This is less than {@link
 * KILL_EVERY}, so that the order is carried out before the next kill is due.
 */
const KILLED_WITHIN = 900;

/**
 * Milliseconds that a backend stays frozen. During this time, the other backends notice that its heartbeats are
 * missing, and its attempt to place a call expires.
 */
const FROZEN_FOR = 30_000;
/**
 * Milliseconds within which a backend has to reach the crash point at which it freezes. Then the order is cancelled.
 */
const FREEZES_WITHIN = 5000;
/** Milliseconds that a woken backend gets to finish its work before it may be killed. */
const THAWED_FOR = 2000;

/**
 * Milliseconds from the request until a scheduled call is due. This is longer than a visitor waits for the response of
 * a frozen backend.
 */
const LATER = 6000;

/** Milliseconds that the calls may still take, after the last kill, until all of them are over. */
const OVER_WITHIN = 60_000;

/** Crash points at which backends freeze: the call has been accepted, and its request has not been sent to UIS yet. */
const FREEZING_POINTS: readonly CrashPoint[] = ["C1", "C3-marked", "C3-connected"];

/**
 * Runs three backends on one PostgreSQL server under steady load. Every second, one backend is killed and started
 * again. At the same time, another backend is frozen for half a minute. It is frozen between accepting a call and
 * sending the request of this call to UIS.
 */
export async function postgresRounds(options: RoundsOptions): Promise<Outcome> {
  const server = await startPostgres();
  try {
    const site = await Site.open({ databaseUrl: server.url, backends: BACKENDS, random: options.random });
    try {
      return await new PostgresRun(site, options).run();
    } finally {
      await site.close();
    }
  } finally {
    await server.stop();
  }
}

class PostgresRun {
  readonly #site: Site;
  readonly #options: RoundsOptions;
  readonly #work: Promise<void>[] = [];
  /** The backend that is frozen or has been told to freeze. This backend is not killed. */
  #freezing: Backend | undefined;
  /**
   * The backends that have been told to die and do not run again yet. The value is the time of the kill, or undefined
   * before it.
   */
  readonly #dying = new Map<Backend, number | undefined>();
  #frozen = 0;
  #killing = true;

  constructor(site: Site, options: RoundsOptions) {
    this.#site = site;
    this.#options = options;
  }

  async run(): Promise<Outcome> {
    let loading = true;
    const load = this.#load(() => loading);
    await Promise.all([this.#kill(), this.#freeze()]);
    loading = false;
    await load;
    await Promise.all(this.#work);
    await this.#site.decided(OVER_WITHIN);
    const { decided, ...findings } = await this.#site.findings();
    return { findings, kills: this.#site.kills, decided, frozen: this.#frozen };
  }

  async #load(goOn: () => boolean): Promise<void> {
    const { random } = this.#options;
    const visitors = await Promise.all(Array.from({ length: VISITORS }, () => this.#site.visitor()));
    const calls: Promise<void>[] = [];
    let waiting = 0;
    for (let n = 0; goOn(); n++) {
      await sleep(CALL_EVERY);
      const visitor = visitors[n % VISITORS];
      if (visitor === undefined || waiting >= MOST_WAITING) continue;
      waiting += 1;
      const call = this.#site.call(visitor, {
        point: "random",
        first: Math.floor(random() * BACKENDS),
        noAnswer: random() < 0.1,
        ...(random() < 0.15 && { later: LATER }),
      });
      calls.push(call.finally(() => (waiting -= 1)));
    }
    await Promise.all(calls);
  }

  async #kill(): Promise<void> {
    const { rounds, random, signal, progress } = this.#options;
    const points = schedule(rounds, random);
    for (const [done, point] of points.entries()) {
      while (signal?.aborted !== true && !this.#mayKill) await sleep(LOOK_EVERY);
      if (signal?.aborted === true) break;
      const candidates = this.#candidates;
      const victim = candidates[Math.floor(random() * candidates.length)];
      if (victim !== undefined) this.#work.push(this.#killOne(victim, point));
      await sleep(KILL_EVERY);
      progress?.(done + 1);
    }
    this.#killing = false;
  }

  /**
   * Whether another backend may be killed. False while a killed backend takes longer to start than the time between two
   * kills, because otherwise no backend would be left.
   */
  get #mayKill(): boolean {
    const tarries = [...this.#dying.values()].some((at) => at !== undefined && Date.now() - at > KILL_EVERY);
    return this.#candidates.length > 0 && !tarries;
  }

  /**
   * The backends that may be killed: all that are running, except the one that is frozen or has been told to freeze.
   */
  get #candidates(): Backend[] {
    return this.#site.backends.filter((backend) => !this.#dying.has(backend) && backend !== this.#freezing);
  }

  /**
   * Kills a backend at the crash point and starts it again. If the backend does not reach the point within {@link
   * KILLED_WITHIN} milliseconds, it is killed then.
   */
  async #killOne(backend: Backend, point: CrashPoint): Promise<void> {
    const { killed } = backend;
    this.#dying.set(backend, undefined);
    if (point === "random") setTimeout(() => backend.kill(), this.#options.random() * KILLED_WITHIN);
    else this.#site.order(backend, { point, nth: 1, how: "die" });
    const late = sleep(KILLED_WITHIN + 50).then(() => "late" as const);
    const missed = (await Promise.race([killed, late])) === "late";
    if (missed) backend.kill();
    const at = await killed;
    if (point === "C4") this.#site.uis.onDialled = undefined;
    this.#dying.set(backend, at);
    await backend.start().finally(() => this.#dying.delete(backend));
    this.#site.kills.push({
      point: missed ? "random" : point,
      backend: backend.url,
      at,
      readyAt: Date.now(),
    });
  }

  /** Freezes one backend after another while the other backends are killed. */
  async #freeze(): Promise<void> {
    for (let n = 0; this.#killing; n++) {
      const point = FREEZING_POINTS[n % FREEZING_POINTS.length];
      const backend = this.#site.backends.find((one) => !this.#dying.has(one));
      if (backend === undefined || point === undefined) {
        await sleep(KILL_EVERY);
        continue;
      }
      this.#freezing = backend;
      const frozen = backend.order({ point, nth: 1, how: "freeze" }).then(() => true);
      if (await Promise.race([frozen, sleep(FREEZES_WITHIN, false)])) {
        await sleep(FROZEN_FOR);
        this.#frozen++;
      }
      backend.cancelOrder();
      backend.wake();
      await sleep(THAWED_FOR);
      this.#freezing = undefined;
    }
  }
}
