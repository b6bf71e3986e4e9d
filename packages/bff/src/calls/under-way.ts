import type { CallStatus } from "@uis-call/shared";
import { sql, type SqlBool } from "kysely";

/** Not sent to UIS, or certainly not placed by it: may be dialled, cancelled, or left to a person. */
export const WAITING: readonly CallStatus[] = ["accepted", "scheduled", "waiting"];

/** Ended, and neither as wished for nor by the visitor's own will. */
export const FOR_A_PERSON: readonly CallStatus[] = ["failed", "unknown", "held"];

export const isForAPerson = ({ status }: { status: CallStatus }): boolean => FOR_A_PERSON.includes(status);

/** At most one call per tenant and number has one of these; the partial indexes of the store name the same. */
export const UNDER_WAY: readonly CallStatus[] = [...WAITING, "dialing"];

/**
 * Whether a call is under way, in the very words of the partial indexes: SQLite uses them only for a query that says the
 * same to the letter, and would read all old calls otherwise (sqlite.org, "Partial Indexes").
 */
export const isUnderWay = sql.raw<SqlBool>("status in ('accepted', 'scheduled', 'waiting', 'dialing')");

/** Milliseconds after which a call that somebody has taken up, and not got on with, is free for whoever is next. */
export const TAKE_OVER_MS = 5000;
