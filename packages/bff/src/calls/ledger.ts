import { createHash, randomUUID } from "node:crypto";
import type { CallReason, CallStatus } from "@uis-call/shared";
import type { Clock } from "../clock.js";
import { Refusal } from "../refusal.js";
import type { Database } from "../store/database.js";
import type { CallRow } from "../store/tables.js";
import type { CallFeed } from "./call-feed.js";

/** How long a call may wait for UIS before a person has to take it over. */
const DIAL_WITHIN_MS = 10 * 60 * 1000;

/** Later than every deadline. */
const FAR_FUTURE = "9999-12-31T23:59:59.999Z";

/** What the dialler needs to take a call up. */
export type DialableCall = Pick<CallRow, "id" | "tenant">;

export interface NewCall {
  tenant: string;
  principal: string;
  idempotencyKey: string;
  target: string;
  visitorNumber: string;
  locale: string;
  variables: Record<string, string>;
  page: string | null;
  consentText: string | null;
}

export interface Verdict {
  status: CallStatus;
  reason: CallReason | null;
  /** Class of the answer and its error code, for the record of the attempt. */
  outcome: string;
  code: number | null;
}

/** The durable record of calls. Each method has committed to disk when it resolves. */
export class Ledger {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #feed: CallFeed;

  constructor(db: Database, clock: Clock, feed: CallFeed) {
    this.#db = db;
    this.#clock = clock;
    this.#feed = feed;
  }

  /**
   * Writes a new call down, or finds the one that this key already stands for.
   *
   * @throws Refusal `idempotency_conflict` when the key stands for another request
   */
  async accept(call: NewCall): Promise<{ call: CallRow; replayed: boolean }> {
    const now = this.#clock.now();
    const fingerprint = fingerprintOf(call);
    const inserted = await this.#db
      .insertInto("calls")
      .values({
        id: randomUUID(),
        tenant: call.tenant,
        principal: call.principal,
        idempotency_key: call.idempotencyKey,
        fingerprint,
        target: call.target,
        visitor_number: call.visitorNumber,
        locale: call.locale,
        variables: JSON.stringify(call.variables),
        page: call.page,
        consent_text: call.consentText,
        status: "accepted",
        reason: null,
        created_at: now.toISOString(),
        updated_at: now.toISOString(),
        deadline_at: new Date(now.getTime() + DIAL_WITHIN_MS).toISOString(),
      })
      // The unique key decides, not a look before: of simultaneous repeats exactly one inserts.
      .onConflict((conflict) => conflict.columns(["tenant", "principal", "idempotency_key"]).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted !== undefined) return { call: inserted, replayed: false };
    const present = await this.#db
      .selectFrom("calls")
      .selectAll()
      .where("tenant", "=", call.tenant)
      .where("principal", "=", call.principal)
      .where("idempotency_key", "=", call.idempotencyKey)
      .executeTakeFirstOrThrow();
    if (present.fingerprint !== fingerprint) {
      throw new Refusal(
        "idempotency_conflict",
        "this Idempotency-Key was used for another request: make a new one",
      );
    }
    return { call: present, replayed: true };
  }

  /** The call, if it is this tenant's and this principal's. */
  async find(tenant: string, principal: string, id: string): Promise<CallRow | undefined> {
    return this.#db
      .selectFrom("calls")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("principal", "=", principal)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  /**
   * Grants the one permit to send this call to UIS: moves it to `dialing` and records the attempt, in one
   * transaction. None for a call that is not, or no longer, waiting for it.
   */
  async permit(id: string): Promise<{ call: CallRow; attempt: number } | undefined> {
    const now = this.#clock.now().toISOString();
    const permitted = await this.#db.transaction().execute(async (transaction) => {
      const call = await transaction
        .updateTable("calls")
        .set({ status: "dialing", reason: null, updated_at: now })
        .where("id", "=", id)
        .where("status", "in", ["accepted", "waiting"])
        .where("deadline_at", ">", now)
        .returningAll()
        .executeTakeFirst();
      if (call === undefined) return undefined;
      const { id: attempt } = await transaction
        .insertInto("attempts")
        .values({ call_id: id, started_at: now, finished_at: null, outcome: null, code: null })
        .returning("id")
        .executeTakeFirstOrThrow();
      return { call, attempt };
    });
    if (permitted !== undefined) this.#feed.publish(permitted.call);
    return permitted;
  }

  /** Writes down what came of an attempt. */
  async settle(id: string, attempt: number, verdict: Verdict): Promise<void> {
    const now = this.#clock.now().toISOString();
    const call = await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable("attempts")
        .set({ finished_at: now, outcome: verdict.outcome, code: verdict.code })
        .where("id", "=", attempt)
        .execute();
      return transaction
        .updateTable("calls")
        .set({ status: verdict.status, reason: verdict.reason, updated_at: now })
        .where("id", "=", id)
        .where("status", "=", "dialing")
        .returningAll()
        .executeTakeFirst();
    });
    if (call !== undefined) this.#feed.publish(call);
  }

  /** Leaves a call that has not been sent to a person. */
  async hold(id: string, reason: CallReason): Promise<void> {
    await this.#hold(id, reason, FAR_FUTURE);
  }

  /** Leaves a call that was not sent before its deadline to a person. */
  async holdOverdue(id: string): Promise<void> {
    await this.#hold(id, "deadline_passed", this.#clock.now().toISOString());
  }

  async #hold(id: string, reason: CallReason, deadlineUntil: string): Promise<void> {
    const call = await this.#db
      .updateTable("calls")
      .set({ status: "held", reason, updated_at: this.#clock.now().toISOString() })
      .where("id", "=", id)
      .where("status", "in", ["accepted", "waiting"])
      .where("deadline_at", "<=", deadlineUntil)
      .returningAll()
      .executeTakeFirst();
    if (call !== undefined) this.#feed.publish(call);
  }

  /**
   * After a start: what was being dialled when the process ended may or may not have reached UIS and is never sent
   * again; what was still waiting is returned.
   */
  async recover(): Promise<DialableCall[]> {
    await this.#db
      .updateTable("calls")
      .set({ status: "unknown", reason: "interrupted", updated_at: this.#clock.now().toISOString() })
      .where("status", "=", "dialing")
      .execute();
    return this.#db
      .selectFrom("calls")
      .select(["id", "tenant"])
      .where("status", "in", ["accepted", "waiting"])
      .execute();
  }
}

/** Equal for two requests that ask for the same, whatever the order of their members. */
function fingerprintOf(call: NewCall): string {
  const { target, visitorNumber, variables, page, consentText } = call;
  const sorted = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([target, visitorNumber, sorted, page, consentText !== null]);
  return createHash("sha256").update(canonical).digest("base64url");
}
