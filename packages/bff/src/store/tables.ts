import type { CallReason } from "@uis-call/shared";
import type { RowOf } from "./column.js";
import type { ATTEMPTS, CALLS, INTENTS, NOTIFICATIONS, OPT_OUT_CODES } from "./columns.js";

/** Tables of the database. Times are ISO 8601 UTC text, which sorts and reads the same on every engine. */
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
  used_once: UsedOnceRow;
  bans: BanRow;
  number_blocks: NumberBlockRow;
  opt_out_codes: OptOutCodeRow;
}

export type CallRow = RowOf<typeof CALLS>;
export type IntentRow = RowOf<typeof INTENTS>;
export type AttemptRow = RowOf<typeof ATTEMPTS>;
export type NotificationRow = RowOf<typeof NOTIFICATIONS>;
export type OptOutCodeRow = RowOf<typeof OPT_OUT_CODES>;

/** A visitor's session. */
export interface SessionRow {
  /** SHA-256 of the session id, so that a copy of the database opens no session. */
  id: string;
  data: string;
  expires_at: string;
}

/** Call requests of visitors without identity in one minute. */
export interface AnonymousTriesRow {
  tenant: string;
  /** Minutes since the epoch. */
  minute: number;
  tries: number;
}

/** Session token of one UIS account, shared by all instances. */
export interface UisTokenRow {
  account: string;
  /** Encrypted; null until the first token has come. */
  encrypted_token: string | null;
  renew_at: string;
  /** Lease: until then the instance that wrote this renews the token, and others wait. */
  claimed_until: string;
}

/** Key of the number cipher; see number-cipher.ts. One row. */
export interface NumberKeyRow {
  /** Always 1. */
  id: number;
  /** Encrypted under a session secret. */
  encrypted_key: string;
}

/** A running process on this database. */
export interface InstanceRow {
  id: string;
  seen_at: string;
}

/** Reason of a pause: the operator's command, or a database restored from a backup. */
export type PauseReason = Extract<CallReason, "calls_stopped" | "restored">;

/** An active pause. The scope dials nothing while the row exists. */
export interface PauseRow {
  /** A tenant's id, or `*` for all tenants. */
  scope: string;
  reason: PauseReason;
  since: string;
}

/** Count of a limit's window; see limit-counts.ts. */
export interface LimitCountRow {
  /** Subject of the count, and its window. Numbers, addresses and users are in it as hashes only. */
  bucket: string;
  /** Start of the window: the first event counted in it. */
  window_start: string;
  ends_at: string;
  used: number;
  /** Limit in force when the window was last counted in. */
  most: number;
}

/** Uses of a token that is good for one, or for a few; see once.ts. */
export interface UsedOnceRow {
  tenant: string;
  kind: "identity" | "proof" | "sealed_number";
  /** Its `jti`, or the nonce of a proof. */
  id: string;
  uses: number;
  /** When the token expires. */
  expires_at: string;
}

/** An anonymous session that is not served for the present, or, without `until`, for good. */
export interface BanRow {
  /** Tenant, `session`, and its principal. */
  visitor: string;
  since: string;
  until: string | null;
  /** Number of bans so far. */
  times: number;
}

/** A number that no tenant calls. */
export interface NumberBlockRow {
  /** Hash of the number by the number cipher. */
  number_hash: string;
  blocked_at: string;
  /** Blocked with an opt-out code, or by the operator. */
  by: "code" | "operator";
}
