import type { CallReason } from "@uis-call/shared";
import type { RowOf } from "./column.js";
import type { ATTEMPTS, CALLS, INTENTS, NOTIFICATIONS, OPT_OUT_CODES } from "./columns.js";

/**
 * Tables of the database. Times are stored as ISO 8601 text in UTC, because such text sorts the same way in
 * every database.
 */
export interface Tables {
  calls: CallRow;
  intents: IntentRow;
  attempts: AttemptRow;
  notifications: NotificationRow;
  receivers: ReceiverRow;
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

/** A tenant's receiver of webhooks that gets no event for now. */
export interface ReceiverRow {
  tenant: string;
  /** Hash of the configuration of the receiver. The row applies only to a receiver with this configuration. */
  settings_hash: string;
  /** Time until which the receiver wants no event (`Retry-After`). */
  rests_until: string | null;
  /** Time at which the receiver said that it wants no event any more (410). */
  gone_at: string | null;
}

/** A visitor's session. */
export interface SessionRow {
  /** SHA-256 hash of the session id, so that no session can be opened with a copy of the database. */
  id: string;
  data: string;
  expires_at: string;
}

/** Number of call requests in one minute from visitors without identity. */
export interface AnonymousTriesRow {
  tenant: string;
  /** Keyed hash of the sender's network; the session's owner if the address cannot be read. */
  address: string;
  /** Owner of the session's calls. */
  session: string;
  /** Minutes since the epoch. */
  minute: number;
  tries: number;
}

/** Session token of one UIS account. All instances share it. */
export interface UisTokenRow {
  account: string;
  /** Encrypted token. Null until the first token has been received. */
  encrypted_token: string | null;
  renew_at: string;
  /** Time until which the instance that wrote this row may renew the token. The other instances wait until then. */
  claimed_until: string;
}

/** Key of the number cipher; see number-cipher.ts. The table has one row. */
export interface NumberKeyRow {
  /** Always 1. */
  id: number;
  /** Key, encrypted with a session secret. */
  encrypted_key: string;
}

/** A running process on this database. */
export interface InstanceRow {
  id: string;
  seen_at: string;
}

/** Reason of a pause: the operator's command `pause`, or a database that was restored from a backup. */
export type PauseReason = Extract<CallReason, "calls_stopped" | "restored">;

/** An active pause. While the row exists, nothing is dialled for its scope. */
export interface PauseRow {
  /** A tenant's id, or `*` for all tenants. */
  scope: string;
  reason: PauseReason;
  since: string;
}

/** Count in the current window of a limit; see limit-counts.ts. */
export interface LimitCountRow {
  /**
   * Name of what is counted, and length of the window. Telephone numbers, IP addresses and users appear in it
   * only as hashes.
   */
  bucket: string;
  /** Start of the window, which is the time of the first event in it. */
  window_start: string;
  ends_at: string;
  used: number;
  /** Limit that applied when an event was last counted in the window. */
  most: number;
}

/** Uses of a token that can be used once or a limited number of times; see once.ts. */
export interface UsedOnceRow {
  tenant: string;
  kind: "identity" | "proof" | "sealed_number";
  /** The `jti` of the token, or the nonce of a proof of work. */
  id: string;
  uses: number;
  /** When the token expires. */
  expires_at: string;
}

/** A ban of an anonymous session, which is not served until `until`, or never again if `until` is null. */
export interface BanRow {
  /** Id of the visitor: the tenant, the word `session` and the principal of the session. */
  visitor: string;
  since: string;
  until: string | null;
  /** Number of bans so far. */
  times: number;
}

/** A blocked telephone number. No tenant calls it. */
export interface NumberBlockRow {
  /** Hash of the number, made by the number cipher. */
  number_hash: string;
  blocked_at: string;
  /** Whether the number was blocked by an opt-out code or by the operator. */
  by: "code" | "operator";
}
