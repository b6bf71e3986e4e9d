import { randomUUID } from "node:crypto";
import type { Transaction } from "kysely";
import { type Clock, later } from "../clock.js";
import type { Database } from "../store/database.js";
import type { CallRow, NotificationRow, Tables } from "../store/tables.js";

/**
 * Milliseconds for which a notification is reserved for one instance. The time is longer than a delivery can
 * take. Afterwards another instance may deliver the notification.
 */
const TAKEN_FOR_MS = 60_000;

/** Adds one notification per call to the outbox, in the transaction that changes the calls. */
export async function enqueueNotifications(
  transaction: Transaction<Tables>,
  calls: readonly CallRow[],
): Promise<void> {
  if (calls.length === 0) return;
  const rows = calls.map((call): NotificationRow => ({
    id: randomUUID(),
    call_id: call.id,
    tenant: call.tenant,
    status: call.status,
    reason: call.reason,
    occurred_at: call.updated_at,
    due_at: call.updated_at,
    tries: 0,
    delivered_at: null,
  }));
  await transaction.insertInto("notifications").values(rows).execute();
}

/** A notification that is due, with the current row of its call. */
export interface DueNotification {
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

  /**
   * Reserves at most `limit` due notifications for this instance. Takes only the oldest undelivered
   * notification of each call, so that the notifications of a call stay in order.
   */
  async takeDue(tenants: readonly string[], limit: number): Promise<DueNotification[]> {
    if (tenants.length === 0) return [];
    const notifications = await this.#db.write("takeNotifications", (transaction) => {
      const now = this.#clock.now();
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
            .where("due.due_at", "<=", now.toISOString())
            .where("due.tenant", "in", tenants)
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
            .limit(limit);
          return this.#db.engine === "postgres" ? due.forUpdate().skipLocked() : due;
        })
        .returningAll()
        .execute();
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
      return call === undefined ? [] : [{ notification, call }];
    });
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
