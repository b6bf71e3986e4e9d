import type { Gauges } from "../metrics.js";
import type { Receivers } from "../notifications/receivers.js";
import type { Database } from "../store/database.js";
import { activePauses, ALL_TENANTS } from "../store/pauses.js";
import { isUnderWay } from "./under-way.js";

/**
 * Reads the values of the metrics that cover the calls of all instances. The queries use partial indexes, so
 * old calls cost nothing. Notifications of tenants without a receiver, or with one that is gone, are not counted,
 * because nothing delivers them.
 */
export async function gaugesOf(store: Database, receivers: Receivers): Promise<Gauges> {
  const db = store.query;
  const { gone, working } = await receivers.byState();
  const counted = await db
    .selectFrom("calls")
    .select(["status", (row) => row.fn.countAll<number | string>().as("calls")])
    .where(isUnderWay)
    .groupBy("status")
    .execute();
  const waiting =
    working.length === 0
      ? undefined
      : await db
          .selectFrom("notifications")
          .select((row) => [
            row.fn.countAll<number | string>().as("events"),
            row.fn.min("occurred_at").as("oldest"),
          ])
          .where("delivered_at", "is", null)
          .where("tenant", "in", working)
          .executeTakeFirst();
  const pauses = new Set((await activePauses(store)).map(({ scope }) => scope));
  const all = pauses.delete(ALL_TENANTS);
  return {
    underWay: Object.fromEntries(counted.map(({ status, calls }) => [status, Number(calls)])),
    notifications: {
      waiting: Number(waiting?.events ?? 0),
      oldest: waiting?.oldest ? new Date(waiting.oldest) : undefined,
    },
    receiversGone: gone,
    pauses: { tenants: pauses.size, all },
  };
}
