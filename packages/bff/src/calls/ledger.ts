import { createHash, randomUUID } from "node:crypto";
import type { CallReason } from "@uis-call/shared";
import type { Transaction } from "kysely";
import { type Clock, later } from "../clock.js";
import { enqueueLeads } from "../notifications/outbox.js";
import { Refusal } from "../refusal.js";
import type { Database } from "../store/database.js";
import { takeBack } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { CALLS, INTENTS } from "../store/columns.js";
import { type OneTimeToken, restore } from "../store/once.js";
import { Statement, valuesOf } from "../store/statement.js";
import type { CallRow, IntentRow, Tables } from "../store/tables.js";
import type { Target } from "../config/configuration.js";
import { callsOnPhones, lockPhones, sameMatter } from "./busy-phones.js";
import { keptReasonOf, obstacleTo } from "./obstacles.js";
import { type Attempt, type AttemptContext, dialled, recordAttempt } from "./attempt.js";
import { awaitsTurn, BUSY_WAIT_MS, WAITING } from "./under-way.js";

/** Milliseconds for which a call may wait to be dialled before it is held for a person. */
const DIAL_WITHIN_MS = 10 * 60 * 1000;

const TEXT_VERSION_LETTERS = 12;

/** A call request that has passed the policy. */
export interface NewCall {
  tenant: string;
  principal: string;
  idempotencyKey: string;
  target: string;
  /** The host site's own name for what the call is about. */
  reference: string | null;
  visitorNumber: string;
  /** Where the visitor's number comes from. */
  visitorSource: Target["visitor"];
  /** Null when the office's number is fixed in the configuration. */
  officeNumber: string | null;
  /**
   * Whether the office phone belongs to the logged-in user. Such a phone, like the visitor's, rings for one
   * call at a time.
   */
  officeIsOperator: boolean;
  /** `sub` of the user's identity token. */
  identity: string | null;
  locale: string;
  variables: Record<string, string>;
  page: string | null;
  consentText: string | null;
  /** IP address of the client as Express determines it. It is stored only together with a consent. */
  address?: string | undefined;
  /** Time at which to call. Null: call at once. */
  scheduledFor: Date | null;
}

/** Decision on a new request. If no member is set, the call is stored and dialled. */
export interface Decision {
  /** The error to answer with. The request is not stored. */
  refusal?: Refusal | undefined;
  /** Why the call is stored but not dialled. A person takes it over. */
  keep?: CallReason | undefined;
  /**
   * Buckets in which this request was counted. The counts are taken back if the request is refused, by
   * whichever precondition.
   */
  counted?: readonly string[];
  /**
   * One-time tokens that this request has used. They become usable again if the request is refused, by
   * whichever precondition.
   */
  consumed?: readonly OneTimeToken[];
}

/** Decides on a new request, in the transaction that stores the request. */
export type Precondition = (transaction: Transaction<Tables>) => Promise<Decision>;

/** Combines preconditions: runs them until one refuses. A refusal overrides a `keep` of an earlier precondition. */
export const firstRefusal =
  (...preconditions: (Precondition | undefined)[]): Precondition =>
  async (transaction) => {
    const counted: string[] = [];
    const consumed: OneTimeToken[] = [];
    let keep: CallReason | undefined;
    for (const precondition of preconditions) {
      const decision = (await precondition?.(transaction)) ?? {};
      counted.push(...(decision.counted ?? []));
      consumed.push(...(decision.consumed ?? []));
      if (decision.refusal !== undefined) return { refusal: decision.refusal, counted, consumed };
      keep ??= decision.keep;
    }
    return { keep, counted, consumed };
  };

/** Result of {@link Ledger.accept}. */
export interface Accepted {
  call: CallRow;
  /** Whether the idempotency key was used before. `call` is the existing call then. */
  replayed: boolean;
  /** Attempt that has begun and that the caller must now send. */
  attempt?: Attempt;
}

/** Durable record of calls. Each method resolves when its changes are on disk. All methods throw StoreError. */
export class Ledger {
  readonly #db: Database;
  readonly #cipher: NumberCipher;
  readonly #clock: Clock;
  readonly #context: AttemptContext;

  constructor(db: Database, cipher: NumberCipher, clock: Clock, context: AttemptContext) {
    this.#db = db;
    this.#cipher = cipher;
    this.#clock = clock;
    this.#context = context;
  }

  /**
   * Stores a new call, together with an attempt if this instance can send it at once. Returns the existing call
   * instead if there is one with the same idempotency key, or one of the same session about the same matter.
   *
   * If another call of the same visitor uses one of the phones, the new call waits. If the call may not be
   * dialled, because its number is blocked, at its limit or in a call of another visitor, it is `held` for a
   * person at once. A scheduled call is checked only when it is due, unless `check` decides to keep it now.
   *
   * @param ready whether the caller can send the attempt at once; if not, the dispatcher picks up the call
   * @param check precondition for a request with a new key; a request with a known key is always answered
   * @throws Refusal `idempotency_conflict` when the key belongs to a different request, `invalid_request` when
   *   the chosen time has passed, or the refusal that `check` returned
   */
  async accept(request: NewCall, ready: boolean, check?: Precondition): Promise<Accepted> {
    const fingerprint = this.#cipher.hash(canonicalOf(request));
    const row = this.#newRow(request);
    const accepted = await this.#db.write("accept", async (transaction) => {
      // Inserts the key without looking it up before: if requests with the same key arrive at the same time,
      // exactly one of them inserts it.
      const intent = { ...keyOf(request), fingerprint, call_id: row.id };
      if ((await INTENT.change(transaction, intent)) !== 1)
        return this.#replay(transaction, request, fingerprint);
      // Decides only now, when this request is known to be new. A repeat of an earlier request must be answered
      // even if its chosen time has passed.
      const { refusal, keep, counted = [], consumed = [] } = await this.#decide(transaction, request, check);
      if (refusal !== undefined) {
        await takeBack(transaction, counted);
        await restore(transaction, consumed);
        await transaction
          .deleteFrom("intents")
          .where((row) => row.and(keyOf(request)))
          .execute();
        return refusal;
      }
      if (keep !== undefined) return this.#keep(transaction, request, row, keep);
      if (row.status === "scheduled") return this.#schedule(transaction, request, row);
      return this.#place(transaction, request, row, ready);
    });
    if (accepted === undefined) {
      throw new Refusal(
        "idempotency_conflict",
        "this Idempotency-Key was used for another request: make a new one",
      );
    }
    if (accepted instanceof Refusal) throw accepted;
    return accepted;
  }

  async #decide(
    transaction: Transaction<Tables>,
    { scheduledFor }: NewCall,
    check: Precondition | undefined,
  ): Promise<Decision> {
    if (scheduledFor === null || scheduledFor > this.#clock.now()) return (await check?.(transaction)) ?? {};
    return { refusal: new Refusal("invalid_request", "choose a time in the future", { at: "at" }) };
  }

  async #schedule(transaction: Transaction<Tables>, request: NewCall, row: CallRow): Promise<Accepted> {
    // Runs at most twice: the existing call may end between the two statements.
    for (;;) {
      if ((await CALL.change(transaction, row)) === 1) return { call: row, replayed: false };
      const same = await sameWish(transaction, row);
      if (same !== undefined) return this.#stands(transaction, request, row, same);
    }
  }

  async #place(
    transaction: Transaction<Tables>,
    request: NewCall,
    row: CallRow,
    ready: boolean,
  ): Promise<Accepted> {
    // Uses one time for the whole row. Otherwise `updated_at` of a held call could reveal why it is held.
    const now = new Date(row.created_at);
    await lockPhones(transaction, row);
    // Tries again if another call takes or frees the phone between the two statements.
    for (;;) {
      const inTheWay = await callsOnPhones(transaction, row);
      const same = inTheWay.find((other) => sameMatter(other, row));
      if (same !== undefined) return this.#stands(transaction, request, row, same);
      const busy = inTheWay.length > 0;
      const dial = ready && !busy;
      const { quotas } = this.#context;
      const obstacle = await obstacleTo(transaction, row, { inTheWay, quotas, now, counted: dial });
      if (obstacle !== undefined) {
        return { call: await this.#hold(transaction, row, obstacle), replayed: false };
      }
      const call = busy ? behindOthers(row, now) : dial ? dialled(row, now) : row;
      if ((await CALL.change(transaction, call)) !== 1) continue;
      if (!dial) return { call, replayed: false };
      const attempt = await recordAttempt(transaction, call, this.#context, now);
      if (attempt !== undefined) return { call, replayed: false, attempt };
      return { call: await callOf(transaction, call.id), replayed: false };
    }
  }

  /**
   * Assigns the idempotency key of the request to the existing call, and returns that call instead of the new
   * one.
   */
  async #stands(
    transaction: Transaction<Tables>,
    request: NewCall,
    { id }: CallRow,
    call: CallRow,
  ): Promise<Accepted> {
    await transaction
      .updateTable("intents")
      .set({ call_id: call.id })
      .where("call_id", "=", id)
      .where((intent) => intent.and(keyOf(request)))
      .execute();
    return { call, replayed: false };
  }

  /**
   * Holds the call for a person, unless there is already a call about the same matter. If the number is
   * blocked, the block is stored as the reason instead of `reason`, because the person who calls back must know
   * about it.
   */
  async #keep(
    transaction: Transaction<Tables>,
    request: NewCall,
    row: CallRow,
    reason: CallReason,
  ): Promise<Accepted> {
    const same =
      row.status === "scheduled"
        ? await sameWish(transaction, row)
        : (await callsOnPhones(transaction, row)).find((other) => sameMatter(other, row));
    if (same !== undefined) return this.#stands(transaction, request, row, same);
    const own = await keptReasonOf(transaction, row, { inTheWay: [], now: this.#clock.now() });
    return { call: await this.#hold(transaction, row, own ?? reason), replayed: false };
  }

  async #hold(transaction: Transaction<Tables>, row: CallRow, reason: CallReason): Promise<CallRow> {
    const call = await transaction
      .insertInto("calls")
      .values({ ...row, status: "held", reason })
      .returningAll()
      .executeTakeFirstOrThrow();
    await enqueueLeads(transaction, [call]);
    return call;
  }

  /** Finds the call of a repeated request. Returns undefined if the key belongs to a different request. */
  async #replay(
    transaction: Transaction<Tables>,
    request: NewCall,
    fingerprint: string,
  ): Promise<Accepted | undefined> {
    const intent = await transaction
      .selectFrom("intents")
      .select(["call_id", "fingerprint"])
      .where("tenant", "=", request.tenant)
      .where("principal", "=", request.principal)
      .where("idempotency_key", "=", request.idempotencyKey)
      .executeTakeFirstOrThrow();
    if (intent.fingerprint !== fingerprint) return undefined;
    return { call: await callOf(transaction, intent.call_id), replayed: true };
  }

  #newRow(request: NewCall): CallRow {
    const now = this.#clock.now();
    const { scheduledFor } = request;
    const start = scheduledFor ?? now;
    return {
      id: randomUUID(),
      tenant: request.tenant,
      principal: request.principal,
      target: request.target,
      reference: request.reference,
      visitor_number: this.#cipher.encrypt(request.visitorNumber),
      visitor_hash: this.#cipher.hash(request.visitorNumber),
      visitor_source: request.visitorSource,
      office_number: request.officeNumber && this.#cipher.encrypt(request.officeNumber),
      office_hash: request.officeNumber && this.#cipher.hash(request.officeNumber),
      operator_hash:
        request.officeIsOperator && request.officeNumber !== null
          ? this.#cipher.hash(request.officeNumber)
          : null,
      identity: request.identity,
      locale: request.locale,
      variables: JSON.stringify(request.variables),
      page: request.page,
      ...this.#consentOf(request),
      status: scheduledFor === null ? "accepted" : "scheduled",
      reason: null,
      created_at: now.toISOString(),
      updated_at: now.toISOString(),
      scheduled_for: scheduledFor?.toISOString() ?? null,
      attempts: 0,
      // A call that this instance cannot dial at once is due for the dispatchers of all instances.
      due_at: start.toISOString(),
      deadline_at: later(start, DIAL_WITHIN_MS),
      erased_at: null,
    };
  }

  /**
   * Returns the evidence of a consent: its text, the version of the text, and the IP address from which it
   * came. The time of the consent is `created_at`.
   */
  #consentOf({ consentText, address }: NewCall) {
    const given = consentText !== null;
    return {
      consent_text: consentText,
      consent_version: given ? textVersion(consentText) : null,
      consent_address: given && address !== undefined ? this.#cipher.encrypt(address) : null,
    };
  }

  /** Whether an idempotency key already belongs to a call. */
  async knows(key: Pick<NewCall, "tenant" | "principal" | "idempotencyKey">): Promise<boolean> {
    const intent = await this.#db.query
      .selectFrom("intents")
      .select("call_id")
      .where((row) => row.and(keyOf(key)))
      .executeTakeFirst();
    return intent !== undefined;
  }

  /** Finds a call. Returns undefined if the call belongs to another tenant or principal. */
  async find(tenant: string, principal: string, id: string): Promise<CallRow | undefined> {
    return this.#db.query
      .selectFrom("calls")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("principal", "=", principal)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  /**
   * Cancels a call that has not been sent to UIS.
   *
   * @returns the current state of the call, whether it was cancelled or not
   */
  async cancel(call: CallRow): Promise<CallRow> {
    return this.#db.write("cancel", async (transaction) => {
      const now = this.#clock.now().toISOString();
      const cancelled = await transaction
        .updateTable("calls")
        .set({ status: "cancelled", reason: null, updated_at: now })
        .where("id", "=", call.id)
        .where("status", "in", WAITING)
        .returningAll()
        .executeTakeFirst();
      if (cancelled !== undefined) return cancelled;
      return callOf(transaction, call.id);
    });
  }
}

/** Returns the version of a text: the beginning of its hash, which differs for each text. */
const textVersion = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, TEXT_VERSION_LETTERS);

const keyOf = ({
  tenant,
  principal,
  idempotencyKey,
}: Pick<NewCall, "tenant" | "principal" | "idempotencyKey">) => ({
  tenant,
  principal,
  idempotency_key: idempotencyKey,
});

const INTENT = new Statement((query, given: IntentRow) =>
  query
    .insertInto("intents")
    .values(valuesOf(INTENTS, given))
    .onConflict((conflict) => conflict.doNothing()),
);

const CALL = new Statement((query, given: CallRow) =>
  query
    .insertInto("calls")
    .values(valuesOf(CALLS, given))
    .onConflict((conflict) => conflict.doNothing()),
);

const callOf = (transaction: Transaction<Tables>, id: string): Promise<CallRow> =>
  transaction.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

/** Finds an existing call of the same session that is about the same matter and has the same chosen time. */
async function sameWish(transaction: Transaction<Tables>, row: CallRow): Promise<CallRow | undefined> {
  const wishes = await transaction
    .selectFrom("calls")
    .selectAll()
    .where("tenant", "=", row.tenant)
    .where("principal", "=", row.principal)
    .where("visitor_hash", "=", row.visitor_hash)
    .where("target", "=", row.target)
    .where(awaitsTurn)
    .execute();
  return wishes.find((other) => sameMatter(other, row) && other.scheduled_for === row.scheduled_for);
}

/** Returns the row of a new call that waits for its phone. */
const behindOthers = (row: CallRow, now: Date): CallRow => ({
  ...row,
  status: "waiting",
  reason: "phone_busy",
  due_at: later(now, BUSY_WAIT_MS),
});

const FINGERPRINTED = Object.values(CALLS)
  .map(({ fingerprint }) => fingerprint)
  .filter((field) => field !== false);

/**
 * Returns a canonical text of a request. The text is the same for equal requests, in whatever order their
 * members come.
 */
const canonicalOf = (request: NewCall): string =>
  JSON.stringify(
    FINGERPRINTED.map((field) =>
      typeof field === "string" ? canonical(request[field]) : request[field.given] !== null,
    ),
  );

const canonical = (value: NewCall[keyof NewCall]): unknown =>
  typeof value === "object" && value !== null && !(value instanceof Date)
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
