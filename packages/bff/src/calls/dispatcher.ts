import { BackgroundLoop } from "../background.js";
import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";
import type { CallFeed } from "./call-feed.js";
import type { Dialler } from "./dialler.js";
import { BEAT_EVERY_MS, type Instances } from "./instances.js";
import type { Attempts } from "./attempts.js";
import type { PauseLog } from "./pause-log.js";

export interface DispatcherOptions {
  attempts: Attempts;
  instances: Instances;
  dialler: Dialler;
  feed: CallFeed;
  pauseLog: PauseLog;
  clock: Clock;
  log: Logger;
}

/** Milliseconds between two checks of the ledger. */
const LOOK_EVERY_MS = 250;

/** Maximum number of calls taken in one check. */
const AT_ONCE = 50;

/** Picks up calls that are due, and calls of crashed instances. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #loop: BackgroundLoop;
  #nextBeat = -Infinity;

  constructor(options: DispatcherOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#loop = new BackgroundLoop({
      clock,
      everyMs: LOOK_EVERY_MS,
      waitFirst: true,
      turn: () => this.look(),
      onError: (error) => log.error({ err: error }, "the ledger could not be read; retrying"),
    });
  }

  /**
   * Recovers calls of earlier processes, and then checks the ledger at intervals.
   *
   * @throws StoreError when the ledger cannot be read
   */
  async start(): Promise<void> {
    await this.look();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#options.instances.leave().catch(() => undefined);
  }

  /** Checks the ledger once. */
  async look(): Promise<void> {
    const { attempts, dialler, clock } = this.#options;
    if (clock.monotonic() >= this.#nextBeat) await this.#recover();
    const due = await attempts.dueByTenant();
    const taken = await dialler.slots.fill(due, AT_ONCE, (shares) => attempts.takeDue(shares));
    for (const { work: call, slot } of taken) dialler.take(call, slot);
  }

  async #recover(): Promise<void> {
    const { attempts, instances, pauseLog, clock, feed, log } = this.#options;
    await pauseLog.look();
    const alive = await instances.beat();
    this.#nextBeat = clock.monotonic() + BEAT_EVERY_MS;
    if (alive === undefined) return;
    for (const call of await attempts.recover(alive)) {
      log.warn(
        { call: call.id, tenant: call.tenant, status: call.status },
        "recovered a call of an instance that is gone",
      );
      feed.publish(call);
    }
  }
}
