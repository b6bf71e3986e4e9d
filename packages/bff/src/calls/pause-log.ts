import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import { activePauses, ALL_TENANTS } from "../store/pauses.js";
import type { PauseRow } from "../store/tables.js";

/** Logs each pause twice: when it is first seen and when it is lifted. */
export class PauseLog {
  readonly #db: Database;
  readonly #log: Logger;
  #active = new Map<string, PauseRow>();

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  /** Logs pauses that began or were lifted since the last check. Throws StoreError. */
  async look(): Promise<void> {
    const pauses = new Map(
      (await activePauses(this.#db)).map((pause) => [`${pause.scope}/${pause.reason}`, pause]),
    );
    for (const [id, pause] of pauses) if (!this.#active.has(id)) this.#logPause(pause);
    for (const [id, { scope, since, reason }] of this.#active) {
      if (!pauses.has(id)) this.#log.info({ ...tenantOf(scope), since, reason }, "a pause is lifted");
    }
    this.#active = pauses;
  }

  #logPause({ scope, since, reason }: PauseRow): void {
    const log = this.#log;
    if (reason === "restored")
      log.warn({ since }, "in quarantine: nothing is dialled until uis-call-bff release");
    else if (scope === ALL_TENANTS) log.warn({ since }, "calls are paused until uis-call-bff resume");
    else
      log.warn(
        { ...tenantOf(scope), since },
        "the tenant's calls are paused until uis-call-bff resume --tenant",
      );
  }
}

const tenantOf = (scope: string): { tenant?: string } => (scope === ALL_TENANTS ? {} : { tenant: scope });
