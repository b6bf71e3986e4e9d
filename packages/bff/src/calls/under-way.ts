import type { CallStatus } from "@uis-call/shared";
import { sql, type SqlBool } from "kysely";

/** Statuses of calls that are not sent to UIS, or certainly not placed: they may be dialled, cancelled, or held. */
export const WAITING: readonly CallStatus[] = ["accepted", "scheduled", "waiting"];

/** Statuses of calls that ended without connecting, and not by the visitor's will: a person takes them over. */
export const FOR_A_PERSON: readonly CallStatus[] = ["failed", "unknown", "held"];

export const isForAPerson = ({ status }: { status: CallStatus }): boolean => FOR_A_PERSON.includes(status);

// Each condition below is word for word that of a partial index of the store. SQLite uses such an index only for a
// query with the same condition, and would otherwise read all old calls (sqlite.org, "Partial Indexes").

/** Whether a call is not over. */
export const isUnderWay = sql.raw<SqlBool>("status in ('accepted', 'scheduled', 'waiting', 'dialing')");

/**
 * Whether a call holds the phones it rings: the visitor's, and the office's if that is the user's own. A scheduled
 * call holds none until it is due; a call that waits for a phone leaves it to the call that has it.
 */
export const holdsPhones = sql<SqlBool>`status in ('accepted', 'waiting', 'dialing') and coalesce(reason, '') <> 'phone_busy'`;

/** Whether a call waits for a phone that another call holds. */
export const awaitsPhone = sql.raw<SqlBool>("status = 'waiting' and reason = 'phone_busy'");

/** Whether a call holds no phone yet: it is scheduled, or waits for a phone. */
export const awaitsTurn = sql<SqlBool>`(status = 'scheduled' or (status = 'waiting' and reason = 'phone_busy'))`;

/** Lease in milliseconds on a call that an instance has taken. After it, any instance may take the call. */
export const TAKE_OVER_MS = 5000;

/** Milliseconds until another look at a call that waits for others to end. */
export const BUSY_WAIT_MS = 1000;
