import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import { EVERYBODY, stopsOf } from "../store/stops.js";
import type { StopRow } from "../store/tables.js";

/** Logs each pause, once when it is first seen and once when it is lifted. */
export class PauseLog {
  readonly #db: Database;
  readonly #log: Logger;
  #active = new Map<string, StopRow>();

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  /** Tells what is new since the last look. Throws StoreError. */
  async look(): Promise<void> {
    const stops = new Map((await stopsOf(this.#db)).map((stop) => [`${stop.scope}/${stop.reason}`, stop]));
    for (const [id, stop] of stops) if (!this.#active.has(id)) this.#tellStop(stop);
    for (const [id, { scope, since, reason }] of this.#active) {
      if (!stops.has(id)) this.#log.info({ ...tenantOf(scope), since, reason }, "a stop is lifted");
    }
    this.#active = stops;
  }

  #tellStop({ scope, since, reason }: StopRow): void {
    const log = this.#log;
    if (reason === "restored")
      log.warn({ since }, "in quarantine: nothing is dialled until uis-call-bff release");
    else if (scope === EVERYBODY) log.warn({ since }, "calls are stopped until uis-call-bff resume");
    else log.warn({ ...tenantOf(scope), since }, "its calls are stopped until uis-call-bff resume --tenant");
  }
}

const tenantOf = (scope: string): { tenant?: string } => (scope === EVERYBODY ? {} : { tenant: scope });
