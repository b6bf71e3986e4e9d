import { createHash, randomUUID } from "node:crypto";
import type { Transaction } from "kysely";
import { type Clock, later } from "../clock.js";
import type { Database } from "../store/database.js";
import type { CallRow, NotificationRow, Tables } from "../store/tables.js";

/**
 * Milliseconds for which a notification is reserved for one instance. The time is longer than a delivery can
 * take. Afterwards another instance may deliver the notification.
 */
const TAKEN_FOR_MS = 60_000;

/** Milliseconds from the first request of a notification during which further requests may join it. */
const JOIN_WITHIN_MS = 60 * 60_000;

/**
 * Adds leads to the outbox, in the transaction that changes their calls. If the receiver has not accepted an
 * earlier notification of the past hour about the same matter, the lead joins that notification: it then tells of
 * this call, and counts one request more. Its id changes, so that a receiver that has got the earlier content does
 * not take the new one for a repeat. A delivery of the earlier content that is under way does not count for it.
 */
export async function enqueueLeads(
  transaction: Transaction<Tables>,
  calls: readonly CallRow[],
): Promise<void> {
  for (const call of calls) {
    const { opened_at, ...latest } = { ...notificationOf(call), matter_hash: matterOf(call) };
    await transaction
      .updateTable("notifications")
      .set({ matter_hash: null })
      .where("tenant", "=", call.tenant)
      .where("matter_hash", "=", latest.matter_hash)
      .where("delivered_at", "is", null)
      .where("opened_at", "<=", later(new Date(opened_at), -JOIN_WITHIN_MS))
      .execute();
    // Inserts and joins in one statement, because another transaction may insert the same matter meanwhile.
    await transaction
      .insertInto("notifications")
      .values({ ...latest, opened_at })
      .onConflict((conflict) =>
        conflict
          .columns(["tenant", "matter_hash"])
          .where("delivered_at", "is", null)
          .doUpdateSet((both) => ({
            ...latest,
            requests: both("notifications.requests", "+", both.ref("excluded.requests")),
          })),
      )
      .execute();
  }
}

/**
 * Adds the late outcome of a call that was `unknown` before. It is a notification of its own, which follows the one
 * that said `unknown`.
 */
export async function enqueueCorrection(transaction: Transaction<Tables>, call: CallRow): Promise<void> {
  await transaction.insertInto("notifications").values(notificationOf(call)).execute();
}

const notificationOf = (call: CallRow): NotificationRow => ({
  id: randomUUID(),
  call_id: call.id,
  tenant: call.tenant,
  status: call.status,
  reason: call.reason,
  occurred_at: call.updated_at,
  requests: 1,
  opened_at: call.updated_at,
  matter_hash: null,
  due_at: call.updated_at,
  tries: 0,
  delivered_at: null,
});

/**
 * Returns a hash of what makes two calls of a tenant the same matter for the person who calls back. Includes the
 * office's number, because sealed numbers of one target belong to different suppliers.
 */
const matterOf = ({ visitor_hash, office_hash, target, reference }: CallRow): string =>
  createHash("sha256")
    .update(JSON.stringify([visitor_hash, office_hash, target, reference]))
    .digest("base64url");

/** A notification that is due, with the current row of its call. */
export interface DueNotification {
  tenant: string;
  notification: NotificationRow;
  call: CallRow;
}

/** Store of the notifications that wait for delivery. All methods throw StoreError. */
export class Outbox {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Counts the due notifications of these tenants, by tenant. */
  async dueByTenant(tenants: readonly string[]): Promise<Map<string, number>> {
    if (tenants.length === 0) return new Map();
    const due = await this.#db.query
      .selectFrom("notifications")
      .select(["tenant", ({ fn }) => fn.countAll<number | string>().as("notifications")])
      .where("delivered_at", "is", null)
      .where("tenant", "in", tenants)
      .where("due_at", "<=", this.#clock.now().toISOString())
      .groupBy("tenant")
      .execute();
    return new Map(due.map(({ tenant, notifications }) => [tenant, Number(notifications)]));
  }

  /**
   * Reserves due notifications for this instance, of each tenant at most the given number. Takes only the oldest
   * undelivered notification of each call, so that the notifications of a call stay in order.
   */
  async takeDue(shares: ReadonlyMap<string, number>): Promise<DueNotification[]> {
    const notifications = await this.#db.write("takeNotifications", async (transaction) => {
      const now = this.#clock.now();
      const taken: NotificationRow[] = [];
      for (const [tenant, most] of shares) {
        taken.push(...(await this.#takeOf(transaction, tenant, most, now)));
      }
      return taken;
    });
    if (notifications.length === 0) return [];
    const calls = await this.#db.query
      .selectFrom("calls")
      .selectAll()
      .where(
        "id",
        "in",
        notifications.map(({ call_id }) => call_id),
      )
      .execute();
    return notifications.flatMap((notification) => {
      const call = calls.find(({ id }) => id === notification.call_id);
      return call === undefined ? [] : [{ tenant: notification.tenant, notification, call }];
    });
  }

  #takeOf(
    transaction: Transaction<Tables>,
    tenant: string,
    most: number,
    now: Date,
  ): Promise<NotificationRow[]> {
    return transaction
      .updateTable("notifications")
      .set((row) => ({
        tries: row("tries", "+", 1),
        due_at: later(now, TAKEN_FOR_MS),
      }))
      .where("id", "in", (from) => {
        const due = from
          .selectFrom("notifications as due")
          .select("due.id")
          .where("due.delivered_at", "is", null)
          .where("due.tenant", "=", tenant)
          .where("due.due_at", "<=", now.toISOString())
          .where((row) =>
            row.not(
              row.exists(
                row
                  .selectFrom("notifications as earlier")
                  .select("earlier.id")
                  .whereRef("earlier.call_id", "=", "due.call_id")
                  .whereRef("earlier.occurred_at", "<", "due.occurred_at")
                  .where("earlier.delivered_at", "is", null),
              ),
            ),
          )
          .orderBy("due.due_at")
          .limit(most);
        return this.#db.engine === "postgres" ? due.forUpdate().skipLocked() : due;
      })
      .returningAll()
      .execute();
  }

  async delivered(id: string): Promise<void> {
    await this.#db.write("delivered", (transaction) =>
      transaction
        .updateTable("notifications")
        .set({ delivered_at: this.#clock.now().toISOString() })
        .where("id", "=", id)
        .execute(),
    );
  }

  /**
   * Postpones the next delivery of a notification.
   *
   * @param ms milliseconds until the next delivery
   */
  async postpone(id: string, ms: number): Promise<void> {
    const due = later(this.#clock.now(), ms);
    await this.#db.write("postponeNotification", (transaction) =>
      transaction
        .updateTable("notifications")
        .set({ due_at: due })
        .where("id", "=", id)
        .where("delivered_at", "is", null)
        .execute(),
    );
  }
}
