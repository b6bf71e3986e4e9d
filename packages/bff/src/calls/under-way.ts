import type { CallStatus } from "@uis-call/shared";
import { sql, type SqlBool } from "kysely";

/**
 * Statuses of calls that have not been sent to UIS, or that UIS has certainly not placed. Such a call may be
 * dialled, cancelled or held.
 */
export const WAITING: readonly CallStatus[] = ["accepted", "scheduled", "waiting"];

/**
 * Statuses of calls that ended without a connection and were not cancelled by the visitor. A person takes them
 * over.
 */
export const FOR_A_PERSON: readonly CallStatus[] = ["failed", "unknown", "held"];

export const isForAPerson = ({ status }: { status: CallStatus }): boolean => FOR_A_PERSON.includes(status);

// Each condition below has exactly the same words as the condition of a partial index in the database. SQLite
// uses a partial index only for a query with the same condition, and would read all old calls otherwise
// (sqlite.org, "Partial Indexes").

/** Whether a call is not over. */
export const isUnderWay = sql.raw<SqlBool>("status in ('accepted', 'scheduled', 'waiting', 'dialing')");

/**
 * Whether a call occupies the phones that it rings: the visitor's phone, and the office phone if it belongs to
 * the logged-in user. A scheduled call occupies no phone until it is due. A call that waits for a phone does
 * not occupy it.
 */
export const holdsPhones = sql<SqlBool>`status in ('accepted', 'waiting', 'dialing') and coalesce(reason, '') <> 'phone_busy'`;

/** Whether a call waits for a phone that another call occupies. */
export const awaitsPhone = sql.raw<SqlBool>("status = 'waiting' and reason = 'phone_busy'");

/** Whether a call occupies no phone yet, because it is scheduled or waits for a phone. */
export const awaitsTurn = sql<SqlBool>`(status = 'scheduled' or (status = 'waiting' and reason = 'phone_busy'))`;

/**
 * Milliseconds for which a call that an instance has taken is reserved for that instance. Afterwards any
 * instance may take the call.
 */
export const TAKE_OVER_MS = 5000;

/** Milliseconds until a call that waits for other calls to end is checked again. */
export const BUSY_WAIT_MS = 1000;
