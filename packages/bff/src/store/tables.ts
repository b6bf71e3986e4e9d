import type { CallReason } from "@uis-call/shared";
import type { RowOf } from "./column.js";
import type { ATTEMPTS, CALLS, INTENTS, NOTIFICATIONS, OPT_OUT_CODES } from "./columns.js";

/** Times are ISO 8601 UTC text: it sorts, and reads the same on every engine. */
export interface Tables {
  calls: CallRow;
  intents: IntentRow;
  attempts: AttemptRow;
  notifications: NotificationRow;
  sessions: SessionRow;
  anonymous_tries: AnonymousTriesRow;
  uis_tokens: UisTokenRow;
  number_keys: NumberKeyRow;
  instances: InstanceRow;
  pauses: PauseRow;
  limit_counts: LimitCountRow;
  bans: BanRow;
  number_blocks: NumberBlockRow;
  opt_out_codes: OptOutCodeRow;
}

export type CallRow = RowOf<typeof CALLS>;
export type IntentRow = RowOf<typeof INTENTS>;
export type AttemptRow = RowOf<typeof ATTEMPTS>;
export type NotificationRow = RowOf<typeof NOTIFICATIONS>;
export type OptOutCodeRow = RowOf<typeof OPT_OUT_CODES>;

export interface SessionRow {
  /** SHA-256 of the session id: the database alone lets nobody in. */
  id: string;
  data: string;
  expires_at: string;
}

/** How many calls visitors without identity have asked for in one minute. */
export interface AnonymousTriesRow {
  tenant: string;
  /** Minutes since the epoch. */
  minute: number;
  tries: number;
}

/** The session token of one UIS account, shared between instances. */
export interface UisTokenRow {
  account: string;
  /** Encrypted; null while the first one is being asked for. */
  encrypted_token: string | null;
  renew_at: string;
  /** The instance that wrote this asks UIS for the next token until then; others wait. */
  claimed_until: string;
}

/** The one key of the telephone numbers in this database; see number-cipher.ts. */
export interface NumberKeyRow {
  /** Always 1. */
  id: number;
  /** Encrypted. */
  encrypted_key: string;
}

/** A process at work on this database. */
export interface InstanceRow {
  id: string;
  seen_at: string;
}

/** Why nothing is dialled: by the operator's will, or because the database was restored from a backup. */
export type PauseReason = Extract<CallReason, "calls_stopped" | "restored">;

/** Stands while nothing of the scope may be dialled. */
export interface PauseRow {
  /** A tenant's id, or `*` for everybody. */
  scope: string;
  reason: PauseReason;
  since: string;
}

/** How often something has been done in the window of a limit; see limit-counts.ts. */
export interface LimitCountRow {
  /** Of whom or what, and of which window. Numbers, addresses and users are in it as hashes only. */
  bucket: string;
  /** A window begins with the first that is counted in it. */
  window_start: string;
  ends_at: string;
  used: number;
  /** How often it may be done, by the limit that opened the window. */
  most: number;
}

/** An anonymous session that is not served for the present, or, without `until`, for good. */
export interface BanRow {
  /** Tenant, `session`, and its principal. */
  visitor: string;
  since: string;
  until: string | null;
  /** How many there have been. */
  times: number;
}

/** A number that nobody here calls. */
export interface NumberBlockRow {
  /** The cipher's hash. */
  number_hash: string;
  blocked_at: string;
  /** Whoever has the number, by a code, or the operator. */
  by: "code" | "operator";
}
