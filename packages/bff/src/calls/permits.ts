import type { CallReason, CallStatus } from "@uis-call/shared";
import type { Transaction } from "kysely";
import type { Clock } from "../clock.js";
import { handOver } from "../handover/outbox.js";
import type { Database } from "../store/database.js";
import type { CallRow, Tables } from "../store/tables.js";
import { isUnderWay, TAKE_OVER_MS, WAITING } from "./under-way.js";

/** Milliseconds between permit and connection: a session key may have to be asked for in between. */
const PREPARED_LEASE_MS = 30_000;

/** The right to send one request to UIS once, held by one instance. */
export interface Permit {
  call: CallRow;
  /** Also the JSON-RPC `id` of the request. */
  attempt: number;
}

/** What came of an attempt. */
export interface Verdict {
  status: CallStatus;
  reason: CallReason | null;
  /** Class of the answer and its error code, for the record of the attempt. */
  outcome: string;
  code: number | null;
  /** For a call that waits: milliseconds until the next attempt. */
  wait?: number;
}

/**
 * Grants the one permit to send this call to UIS: moves it to `dialing` and records the attempt. None for a call that
 * is not, or no longer, waiting for it, and none in quarantine. Holds once the transaction is committed, not before.
 */
export async function grantPermit(
  transaction: Transaction<Tables>,
  id: string,
  owner: string,
  now: Date,
): Promise<Permit | undefined> {
  const call = await transaction
    .updateTable("calls")
    .set((row) => ({
      status: "dialing" as const,
      reason: null,
      updated_at: now.toISOString(),
      attempts: row("attempts", "+", 1),
      due_at: after(now, PREPARED_LEASE_MS),
    }))
    .where("id", "=", id)
    .where("status", "in", WAITING)
    .where("deadline_at", ">", now.toISOString())
    .where((row) => row.not(row.exists(row.selectFrom("quarantine").select("since"))))
    .returningAll()
    .executeTakeFirst();
  if (call === undefined) return undefined;
  const { id: attempt } = await transaction
    .insertInto("attempts")
    .values({
      call_id: id,
      number: call.attempts,
      phase: "prepared",
      owner,
      started_at: now.toISOString(),
      finished_at: null,
      outcome: null,
      code: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { call, attempt };
}

/**
 * The dialling side of the ledger: who may send what to UIS, and what came of it. Each method has committed to disk when
 * it resolves and returns the calls it has changed; all throw StoreError.
 */
export class Permits {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #owner: string;

  /** @param owner this instance's id, new at each start */
  constructor(db: Database, clock: Clock, owner: string) {
    this.#db = db;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** See {@link grantPermit}. */
  grant(id: string): Promise<Permit | undefined> {
    return this.#db.write((transaction) => grantPermit(transaction, id, this.#owner, this.#clock.now()));
  }

  /**
   * Marks the permit as used: from here on the request may have been sent. @param answerWithin seconds
   *
   * @returns false when the permit was taken back meanwhile: then nothing may be sent
   */
  connected({ call, attempt }: Permit, answerWithin: number): Promise<boolean> {
    return this.#db.write(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable("attempts")
        .set({ phase: "connected" })
        .where("id", "=", attempt)
        .where("phase", "=", "prepared")
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) return false;
      const due = after(this.#clock.now(), answerWithin * 1000 + PREPARED_LEASE_MS);
      await transaction.updateTable("calls").set({ due_at: due }).where("id", "=", call.id).execute();
      return true;
    });
  }

  /**
   * Writes down what came of an attempt, however late. A call that has become `unknown` meanwhile may learn how it
   * ended, but is never dialled again.
   */
  settle({ call, attempt }: Permit, verdict: Verdict): Promise<CallRow | undefined> {
    return this.#db.write(async (transaction) => {
      const now = this.#clock.now();
      await transaction
        .updateTable("attempts")
        .set({ finished_at: now.toISOString(), outcome: verdict.outcome, code: verdict.code })
        .where("id", "=", attempt)
        .execute();
      const settled = await settleDialing(transaction, call, verdict, now);
      if (settled !== undefined) {
        if (isForAPerson(settled)) await handOver(transaction, [settled]);
        return settled;
      }
      const corrected = await settleUnknown(transaction, call, verdict, now);
      // Somebody has been told that nobody knows.
      if (corrected !== undefined) await handOver(transaction, [corrected]);
      return corrected;
    });
  }

  /** Leaves a call that has not been sent to a person. */
  hold(id: string, reason: CallReason): Promise<CallRow | undefined> {
    return this.#db.write((transaction) => hold(transaction, id, reason, this.#clock.now()));
  }

  /** Leaves a call that gets no permit to a person, if it is because of its deadline or of quarantine. */
  holdUndialable(id: string): Promise<CallRow | undefined> {
    return this.#db.write(async (transaction) => {
      const now = this.#clock.now();
      const call = await transaction
        .selectFrom("calls")
        .select("deadline_at")
        .where("id", "=", id)
        .executeTakeFirst();
      if (call === undefined) return undefined;
      if (call.deadline_at <= now.toISOString()) return hold(transaction, id, "deadline_passed", now);
      const quarantine = await transaction.selectFrom("quarantine").select("since").executeTakeFirst();
      return quarantine && hold(transaction, id, "restored", now);
    });
  }

  /** Whether the time of a call that waits has come; cheaper than to take it up. */
  async anyDue(): Promise<boolean> {
    const due = await this.#db.query
      .selectFrom("calls")
      .select("id")
      .where(isUnderWay)
      .where("status", "in", WAITING)
      .where("due_at", "<=", this.#clock.now().toISOString())
      .limit(1)
      .executeTakeFirst();
    return due !== undefined;
  }

  /** Takes up at most `limit` calls whose time has come, for this instance to dial within {@link TAKE_OVER_MS}. */
  takeDue(limit: number): Promise<CallRow[]> {
    return this.#db.write((transaction) => {
      const now = this.#clock.now();
      return transaction
        .updateTable("calls")
        .set({ due_at: after(now, TAKE_OVER_MS) })
        .where("id", "in", (from) => {
          const due = from
            .selectFrom("calls")
            .select("id")
            .where(isUnderWay)
            .where("status", "in", WAITING)
            .where("due_at", "<=", now.toISOString())
            .orderBy("due_at")
            .limit(limit);
          // Instances side by side each take others; SQLite has one only.
          return this.#db.engine === "postgres" ? due.forUpdate().skipLocked() : due;
        })
        .returningAll()
        .execute();
    });
  }

  /**
   * Looks after permits whose holder is gone or has had its time. One that is certainly unused is taken back, and its
   * call waits again; one that may have been used leaves its call `unknown`, never to be sent again.
   *
   * @param alive instances whose permits count until their time is over
   */
  recover(alive: readonly string[]): Promise<CallRow[]> {
    return this.#db.write(async (transaction) => {
      const now = this.#clock.now();
      const left = await transaction
        .selectFrom("calls")
        .innerJoin("attempts", (join) =>
          join.onRef("attempts.call_id", "=", "calls.id").onRef("attempts.number", "=", "calls.attempts"),
        )
        .select(["calls.id", "attempts.id as attempt", "attempts.phase"])
        .where(isUnderWay)
        .where("calls.status", "=", "dialing")
        .where((row) =>
          row.or([row("calls.due_at", "<=", now.toISOString()), row("attempts.owner", "not in", alive)]),
        )
        .execute();
      const changed = [];
      for (const { id, attempt, phase } of left) {
        const call =
          phase === "prepared" && (await abandon(transaction, attempt))
            ? await putBack(transaction, id, now)
            : await leaveUnknown(transaction, id, attempt, now);
        if (call !== undefined) changed.push(call);
      }
      await handOver(transaction, changed.filter(isForAPerson));
      return changed;
    });
  }
}

/** Ended, and neither as wished for nor by the visitor's own will. */
const isForAPerson = ({ status }: CallRow): boolean =>
  status === "failed" || status === "unknown" || status === "held";

async function hold(
  transaction: Transaction<Tables>,
  id: string,
  reason: CallReason,
  now: Date,
): Promise<CallRow | undefined> {
  const held = await transaction
    .updateTable("calls")
    .set({ status: "held", reason, updated_at: now.toISOString() })
    .where("id", "=", id)
    .where("status", "in", WAITING)
    .returningAll()
    .executeTakeFirst();
  if (held !== undefined) await handOver(transaction, [held]);
  return held;
}

async function settleDialing(
  transaction: Transaction<Tables>,
  call: CallRow,
  { status, reason, wait = 0 }: Verdict,
  now: Date,
): Promise<CallRow | undefined> {
  return transaction
    .updateTable("calls")
    .set({ status, reason, updated_at: now.toISOString(), due_at: after(now, wait) })
    .where("id", "=", call.id)
    .where("status", "=", "dialing")
    .where("attempts", "=", call.attempts)
    .returningAll()
    .executeTakeFirst();
}

async function settleUnknown(
  transaction: Transaction<Tables>,
  call: CallRow,
  verdict: Verdict,
  now: Date,
): Promise<CallRow | undefined> {
  if (verdict.status === "unknown") return undefined;
  const [status, reason] =
    verdict.status === "waiting"
      ? (["failed", "service_refused"] as const)
      : ([verdict.status, verdict.reason] as const);
  return transaction
    .updateTable("calls")
    .set({ status, reason, updated_at: now.toISOString() })
    .where("id", "=", call.id)
    .where("status", "=", "unknown")
    .where("attempts", "=", call.attempts)
    .returningAll()
    .executeTakeFirst();
}

async function abandon(transaction: Transaction<Tables>, attempt: number): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable("attempts")
    .set({ phase: "abandoned" })
    .where("id", "=", attempt)
    .where("phase", "=", "prepared")
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

const putBack = (transaction: Transaction<Tables>, id: string, now: Date): Promise<CallRow | undefined> =>
  transaction
    .updateTable("calls")
    .set({
      status: "waiting",
      reason: "interrupted",
      updated_at: now.toISOString(),
      due_at: now.toISOString(),
    })
    .where("id", "=", id)
    .where("status", "=", "dialing")
    .returningAll()
    .executeTakeFirst();

async function leaveUnknown(
  transaction: Transaction<Tables>,
  id: string,
  attempt: number,
  now: Date,
): Promise<CallRow | undefined> {
  await transaction
    .updateTable("attempts")
    .set({ finished_at: now.toISOString(), outcome: "interrupted" })
    .where("id", "=", attempt)
    .execute();
  return transaction
    .updateTable("calls")
    .set({ status: "unknown", reason: "interrupted", updated_at: now.toISOString() })
    .where("id", "=", id)
    .where("status", "=", "dialing")
    .returningAll()
    .executeTakeFirst();
}

const after = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();
