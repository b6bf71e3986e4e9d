import { type CallReason, type CallStatus, KEPT_REASONS } from "@uis-call/shared";
import type { Transaction } from "kysely";
import { type Clock, later } from "../clock.js";
import { enqueueCorrection, enqueueLeads } from "../notifications/outbox.js";
import type { Database } from "../store/database.js";
import { Statement } from "../store/statement.js";
import type { AttemptRow, CallRow, Tables } from "../store/tables.js";
import { recoverCalls } from "./recovery.js";
import { callsInTheWay, waitsForPhone } from "./busy-phones.js";
import { type Circumstances, keptReasonOf, obstacleTo } from "./obstacles.js";
import { type Attempt, type AttemptContext, beginAttempt, PREPARED_LEASE_MS } from "./attempt.js";
import { isNotProhibited } from "./prohibitions.js";
import { BUSY_WAIT_MS, isForAPerson, isUnderWay, TAKE_OVER_MS, WAITING } from "./under-way.js";

/** Result of an attempt in the form in which the ledger stores it. */
export interface AttemptResult {
  status: CallStatus;
  reason: CallReason | null;
  /** Kind of UIS's answer. */
  outcome: string;
  code: number | null;
  /** Milliseconds until the next attempt, if the call waits. */
  wait?: number;
}

/**
 * Stores the attempts to place calls at UIS and their results. Each method resolves when its changes are on
 * disk. All methods throw StoreError.
 */
export class Attempts {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #context: AttemptContext;

  constructor(db: Database, clock: Clock, context: AttemptContext) {
    this.#db = db;
    this.#clock = clock;
    this.#context = context;
  }

  /** See {@link beginAttempt}. */
  async begin(id: string): Promise<Attempt | undefined> {
    try {
      return await this.#db.write("begin", (transaction) =>
        beginAttempt(transaction, id, this.#context, this.#clock.now()),
      );
    } catch (error) {
      if (isPhoneTaken(error)) return undefined;
      throw error;
    }
  }

  /**
   * Records that the request may have been sent. Called immediately before the request is sent.
   *
   * @param answerWithin seconds within which UIS must answer
   * @returns false when the attempt has been taken back or the call is now prohibited; then nothing may be sent
   */
  confirmSend({ call, id }: Attempt, answerWithin: number): Promise<boolean> {
    return this.#db.write("confirmSend", async (transaction) => {
      if ((await CONFIRM_SEND.change(transaction, { id })) !== 1) return false;
      const due_at = later(this.#clock.now(), answerWithin * 1000 + PREPARED_LEASE_MS);
      await DUE.change(transaction, { id: call.id, due_at });
      return true;
    });
  }

  /**
   * Records the result of an attempt, however late it comes. A late result also replaces the status `unknown`,
   * but such a call is never dialled again.
   */
  settle({ call, id }: Attempt, result: AttemptResult): Promise<CallRow | undefined> {
    return this.#db.write("settle", async (transaction) => {
      const now = this.#clock.now();
      const { outcome, code } = result;
      await FINISHED.change(transaction, { id, finished_at: now.toISOString(), outcome, code });
      const settled = await settleDialing(transaction, call, result, now);
      if (settled !== undefined) {
        if (isForAPerson(settled)) await enqueueLeads(transaction, [settled]);
        return settled;
      }
      const corrected = await settleUnknown(transaction, call, result, now);
      // Notifies the tenant again, because an earlier notification said `unknown`.
      if (corrected !== undefined) await enqueueCorrection(transaction, corrected);
      return corrected ?? (await alreadySettled(transaction, call, result));
    });
  }

  /** Makes a call that has not been sent to UIS wait until the given time. */
  async postpone(id: string, until: Date): Promise<void> {
    await this.#db.write("postpone", (transaction) =>
      transaction
        .updateTable("calls")
        .set({ due_at: until.toISOString() })
        .where("id", "=", id)
        .where("status", "in", WAITING)
        .execute(),
    );
  }

  /**
   * Holds a call that has not been sent to UIS, for a person. If there is also a reason that concerns the
   * number of the call, that reason is stored instead of `reason`.
   */
  hold(id: string, reason: CallReason): Promise<CallRow | undefined> {
    return this.#db.write("hold", async (transaction) => {
      const call = await callOf(transaction, id);
      if (call === undefined || !WAITING.includes(call.status)) return undefined;
      const circumstances = await this.#circumstancesOf(transaction, call);
      const own = await keptReasonOf(transaction, call, circumstances);
      return hold(transaction, id, own ?? reason, circumstances.now);
    });
  }

  /**
   * Decides what happens to a call that cannot be dialled now. Holds the call for a person if its number, its
   * deadline or a pause is the cause. Makes the call wait if another call of the same visitor must end first.
   *
   * @returns the call after the decision, changed or unchanged
   */
  holdUndialable(id: string): Promise<CallRow | undefined> {
    return this.#db.write("holdUndialable", async (transaction) => {
      const call = await callOf(transaction, id);
      if (call === undefined || !WAITING.includes(call.status)) return call;
      const circumstances = await this.#circumstancesOf(transaction, call);
      const { inTheWay, now } = circumstances;
      const obstacle = await obstacleTo(transaction, call, circumstances);
      const own = obstacle !== undefined && KEPT_REASONS.includes(obstacle);
      const reason = !own && call.deadline_at <= now.toISOString() ? "deadline_passed" : obstacle;
      if (reason !== undefined) return hold(transaction, id, reason, now);
      return inTheWay.length > 0 ? awaitPhone(transaction, call, now) : call;
    });
  }

  async #circumstancesOf(transaction: Transaction<Tables>, call: CallRow): Promise<Circumstances> {
    const inTheWay = await callsInTheWay(transaction, call);
    return { inTheWay, quotas: this.#context.quotas, now: this.#clock.now() };
  }

  /** Counts the waiting calls that are due, by tenant. */
  async dueByTenant(): Promise<Map<string, number>> {
    const due = await DUE_BY_TENANT.all(this.#db.query, { now: this.#clock.now().toISOString() });
    return new Map(due.map(({ tenant, calls }) => [tenant, Number(calls)]));
  }

  /**
   * Reserves due calls for this instance to dial, of each tenant at most the given number. The reservation lasts
   * {@link TAKE_OVER_MS}.
   */
  takeDue(shares: ReadonlyMap<string, number>): Promise<CallRow[]> {
    return this.#db.write("take", async (transaction) => {
      const now = this.#clock.now();
      const taken: CallRow[] = [];
      for (const [tenant, most] of shares) {
        taken.push(...(await this.#takeOf(transaction, tenant, most, now)));
      }
      return taken;
    });
  }

  #takeOf(transaction: Transaction<Tables>, tenant: string, most: number, now: Date): Promise<CallRow[]> {
    return transaction
      .updateTable("calls")
      .set({ due_at: later(now, TAKE_OVER_MS) })
      .where("id", "in", (from) => {
        const due = from
          .selectFrom("calls")
          .select("id")
          .where(isUnderWay)
          .where("tenant", "=", tenant)
          .where("status", "in", WAITING)
          .where("due_at", "<=", now.toISOString())
          .orderBy("due_at")
          .limit(most);
        // Skips rows that other instances have locked. With SQLite there is only one instance.
        return this.#db.engine === "postgres" ? due.forUpdate().skipLocked() : due;
      })
      .returningAll()
      .execute();
  }

  /** See {@link recoverCalls}. */
  recover(alive: readonly string[]): Promise<CallRow[]> {
    return this.#db.write("recover", (transaction) => recoverCalls(transaction, alive, this.#clock.now()));
  }
}

const DUE_BY_TENANT = new Statement((query, given: { now: string }) =>
  query
    .selectFrom("calls")
    .select(["tenant", ({ fn }) => fn.countAll<number | string>().as("calls")])
    .where(isUnderWay)
    .where("status", "in", WAITING)
    .where("due_at", "<=", given.now)
    .groupBy("tenant"),
);

const callOf = (transaction: Transaction<Tables>, id: string): Promise<CallRow | undefined> =>
  transaction.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirst();

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
  if (held !== undefined) await enqueueLeads(transaction, [held]);
  return held;
}

/**
 * Makes a call wait until its phone is free. The dispatcher checks the call again soon. `updated_at` keeps the
 * start of the wait, because waiting calls are dialled in the order of their starts.
 */
async function awaitPhone(
  transaction: Transaction<Tables>,
  call: CallRow,
  now: Date,
): Promise<CallRow | undefined> {
  return transaction
    .updateTable("calls")
    .set({
      status: "waiting",
      reason: "phone_busy",
      updated_at: waitsForPhone(call) ? call.updated_at : now.toISOString(),
      due_at: later(now, BUSY_WAIT_MS),
    })
    .where("id", "=", call.id)
    .where("status", "in", WAITING)
    .returningAll()
    .executeTakeFirst();
}

/**
 * Whether the error comes from a unique index of PostgreSQL that refused the call, because another call took
 * the phone at the same moment.
 */
const isPhoneTaken = (error: unknown): boolean => {
  const { cause } = error as { cause?: { constraint?: string } };
  return cause?.constraint === "calls_one_per_number" || cause?.constraint === "calls_one_per_operator";
};

const CONFIRM_SEND = new Statement((query, given: { id: number }) =>
  query
    .updateTable("attempts")
    .set({ phase: "connected" })
    .where("id", "=", given.id)
    .where("phase", "=", "prepared")
    // Checks again that the call is not prohibited: the attempt may have begun half a minute ago, before UIS
    // was asked for a token.
    .where((row) =>
      row.exists(
        row
          .selectFrom("calls")
          .select("calls.id")
          .whereRef("calls.id", "=", "attempts.call_id")
          .where("calls.status", "=", "dialing")
          .where(isNotProhibited),
      ),
    ),
);

const DUE = new Statement((query, given: Pick<CallRow, "id" | "due_at">) =>
  query.updateTable("calls").set({ due_at: given.due_at }).where("id", "=", given.id),
);

const FINISHED = new Statement(
  (query, given: Pick<AttemptRow, "finished_at" | "outcome" | "code"> & { id: number }) =>
    query
      .updateTable("attempts")
      .set({ finished_at: given.finished_at, outcome: given.outcome, code: given.code })
      .where("id", "=", given.id),
);

const SETTLED = new Statement(
  (query, given: Pick<CallRow, "id" | "status" | "reason" | "updated_at" | "due_at" | "attempts">) =>
    query
      .updateTable("calls")
      .set({
        status: given.status,
        reason: given.reason,
        updated_at: given.updated_at,
        due_at: given.due_at,
      })
      .where("id", "=", given.id)
      .where("status", "=", "dialing")
      .where("attempts", "=", given.attempts),
);

async function settleDialing(
  transaction: Transaction<Tables>,
  call: CallRow,
  { status, reason, wait = 0 }: AttemptResult,
  now: Date,
): Promise<CallRow | undefined> {
  const settled = { ...call, status, reason, updated_at: now.toISOString(), due_at: later(now, wait) };
  return (await SETTLED.change(transaction, settled)) === 1 ? settled : undefined;
}

/**
 * Returns the call if it already has this result. The write of the result may have succeeded before, although
 * it reported an error.
 */
async function alreadySettled(
  transaction: Transaction<Tables>,
  { id, attempts }: CallRow,
  { status }: AttemptResult,
): Promise<CallRow | undefined> {
  return transaction
    .selectFrom("calls")
    .selectAll()
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("status", "=", status)
    .executeTakeFirst();
}

async function settleUnknown(
  transaction: Transaction<Tables>,
  call: CallRow,
  result: AttemptResult,
  now: Date,
): Promise<CallRow | undefined> {
  if (result.status === "unknown") return undefined;
  const [status, reason] =
    result.status === "waiting"
      ? (["failed", "service_refused"] as const)
      : ([result.status, result.reason] as const);
  return transaction
    .updateTable("calls")
    .set({ status, reason, updated_at: now.toISOString() })
    .where("id", "=", call.id)
    .where("status", "=", "unknown")
    .where("attempts", "=", call.attempts)
    .returningAll()
    .executeTakeFirst();
}
