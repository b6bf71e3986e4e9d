import type { CallReason, CallStatus } from "@uis-call/shared";
import type { Generated } from "kysely";

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

/** A call. */
export interface CallRow {
  id: string;
  tenant: string;
  /** Random id of the visitor, kept in the session; not the session id. */
  principal: string;
  target: string;
  /** The host site's own name for the subject of the call. */
  reference: string | null;
  /** Encrypted; see number-cipher.ts. Null once the call is erased. */
  visitor_number: string | null;
  /** Hash of the visitor's number by the number cipher. */
  visitor_hash: string | null;
  /** Encrypted; null when the office's numbers are in the configuration. */
  office_number: string | null;
  office_hash: string | null;
  /** Copy of `office_hash` when the office phone is the user's own: such a phone rings for one call at a time. */
  operator_hash: string | null;
  /** `sub` of the user's identity token; null for an anonymous visitor. */
  identity: string | null;
  locale: string;
  /** JSON object of the message variables. */
  variables: string;
  page: string | null;
  /** Consent text that the visitor agreed to; null when the tenant asks for none. */
  consent_text: string | null;
  /** Version of the consent text: the first letters of its SHA-256. */
  consent_version: string | null;
  /** Address that consent came from, encrypted. Time and page of consent are `created_at` and `page`. */
  consent_address: string | null;
  status: CallStatus;
  reason: CallReason | null;
  created_at: string;
  updated_at: string;
  /** Time that the visitor chose; null for an immediate call. */
  scheduled_for: string | null;
  /** Number of attempts so far, which is also the number of the latest. */
  attempts: number;
  /** When the dispatcher next picks up the call: to dial it, or, in `dialing`, because no answer has come. */
  due_at: string;
  /** Latest time at which an attempt may start. */
  deadline_at: string;
  /** When personal data was removed from the row; see calls/erasure.ts. */
  erased_at: string | null;
}

/** An idempotency key and its call. A call may have several keys: later clicks while it is under way. */
export interface IntentRow {
  tenant: string;
  principal: string;
  idempotency_key: string;
  /** Hash of the request, to tell a repeat from a different request with the same key. */
  fingerprint: string;
  call_id: string;
}

/**
 * Phase of an attempt: one request `place_calls`, sent at most once.
 *
 * - `prepared`: nothing has been sent.
 * - `connected`: the connection to UIS is open, and the request may have been sent.
 * - `abandoned`: taken back while `prepared`; its owner must not send it.
 */
type AttemptPhase = "prepared" | "connected" | "abandoned";

/** An attempt to place a call. */
export interface AttemptRow {
  /** Also the JSON-RPC `id` of the request, an integer as UIS requires. */
  id: Generated<number>;
  call_id: string;
  /** 1 for the first attempt of a call. */
  number: number;
  phase: AttemptPhase;
  /** Instance that started the attempt. */
  owner: string;
  started_at: string;
  finished_at: string | null;
  /** Kind of UIS's answer. */
  outcome: string | null;
  /** JSON-RPC error code of UIS's answer. */
  code: number | null;
}

/** A notification to the tenant's receiver, repeated until the receiver accepts it. */
export interface NotificationRow {
  /** Stays the same over all repeats. */
  id: string;
  call_id: string;
  tenant: string;
  status: CallStatus;
  reason: CallReason | null;
  occurred_at: string;
  /** Time of the next delivery. */
  due_at: string;
  tries: number;
  delivered_at: string | null;
}

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

/** An opt-out code that was spoken to the person called; it blocks their number. */
export interface OptOutCodeRow {
  /** Hash of the code by the number cipher. */
  code_hash: string;
  call_id: string;
  number_hash: string;
  expires_at: string;
  used_at: string | null;
}
