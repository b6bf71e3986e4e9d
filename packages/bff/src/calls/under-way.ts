import type { CallStatus } from "@uis-call/shared";
import { sql, type SqlBool } from "kysely";

/** Not sent to UIS, or certainly not placed by it: may be dialled, cancelled, or left to a person. */
export const WAITING: readonly CallStatus[] = ["accepted", "scheduled", "waiting"];

/** Ended, and neither as wished for nor by the visitor's own will. */
export const FOR_A_PERSON: readonly CallStatus[] = ["failed", "unknown", "held"];

export const isForAPerson = ({ status }: { status: CallStatus }): boolean => FOR_A_PERSON.includes(status);

// Each condition below is that of a partial index of the store, in its very words: SQLite uses such an index only for a
// query that says the same to the letter, and would read all old calls otherwise (sqlite.org, "Partial Indexes").

/** Whether a call is not over. */
export const isUnderWay = sql.raw<SqlBool>("status in ('accepted', 'scheduled', 'waiting', 'dialing')");

/**
 * Whether a call holds the phones it rings: the visitor's, and the office's where that is the user's own. A call for
 * later holds none until it is due, and one that waits for a phone leaves it to the call that has it.
 */
export const holdsPhones = sql<SqlBool>`status in ('accepted', 'waiting', 'dialing') and coalesce(reason, '') <> 'phone_busy'`;

/** Whether a call waits until another one gives a phone free. */
export const awaitsPhone = sql.raw<SqlBool>("status = 'waiting' and reason = 'phone_busy'");

/** Whether a call holds no phone yet: it is for later, or waits for one. */
export const awaitsTurn = sql<SqlBool>`(status = 'scheduled' or (status = 'waiting' and reason = 'phone_busy'))`;

/** Milliseconds after which a call that somebody has taken up, and not got on with, is free for whoever is next. */
export const TAKE_OVER_MS = 5000;

/** Milliseconds until a call is looked at again that waits for others to end. */
export const BUSY_WAIT_MS = 1000;
