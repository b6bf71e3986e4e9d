import type { CallReason, CallStatus } from "@uis-call/shared";
import type { Generated } from "kysely";

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
  used_once: UsedOnceRow;
  bans: BanRow;
  number_blocks: NumberBlockRow;
  opt_out_codes: OptOutCodeRow;
}

export interface CallRow {
  id: string;
  tenant: string;
  /** Who made it: random, kept in the session; not the session id. */
  principal: string;
  target: string;
  /** The host site's own name for what the call is about. */
  reference: string | null;
  /** Encrypted; see number-cipher.ts. Null once the call is erased. */
  visitor_number: string | null;
  /** The cipher's hash of it. */
  visitor_hash: string | null;
  /** Encrypted; null where the configuration has the office's numbers. */
  office_number: string | null;
  office_hash: string | null;
  /** `office_hash` once more where that phone is the user's own, which rings for one call at a time. */
  operator_hash: string | null;
  /** `sub` of the user's identity token; null for an anonymous visitor. */
  identity: string | null;
  locale: string;
  /** JSON object of the message variables. */
  variables: string;
  page: string | null;
  /** The text agreed to, when the tenant asks for consent. */
  consent_text: string | null;
  /** Tells texts apart: the first letters of its SHA-256. */
  consent_version: string | null;
  /** Where from, encrypted. When and on which page is `created_at` and `page`. */
  consent_address: string | null;
  status: CallStatus;
  reason: CallReason | null;
  created_at: string;
  updated_at: string;
  /** When the visitor wants to be called, if not at once. */
  scheduled_for: string | null;
  /** How many attempts it has had; the latest has this number. */
  attempts: number;
  /** When somebody has to look at it again: to dial it, or, while `dialing`, because no answer came. */
  due_at: string;
  /** No attempt begins after this. */
  deadline_at: string;
  /** When everything that tells whose call it was was taken out of the row; see calls/erasure.ts. */
  erased_at: string | null;
}

/** An idempotency key and the call it stands for. One call may have several: later clicks while it is under way. */
export interface IntentRow {
  tenant: string;
  principal: string;
  idempotency_key: string;
  /** Hash of the request, to tell a repeat from another request under the same key. */
  fingerprint: string;
  call_id: string;
}

/**
 * One request `place_calls`, sent once at most. `prepared`: nothing has been sent. `connected`: the connection to UIS
 * stands, and the request may have been sent. `abandoned`: taken back while `prepared`; its owner may send nothing any more.
 */
type AttemptPhase = "prepared" | "connected" | "abandoned";

export interface AttemptRow {
  /** Also the JSON-RPC `id` of the request, which UIS wants as an integer. */
  id: Generated<number>;
  call_id: string;
  /** 1 for the first of its call. */
  number: number;
  phase: AttemptPhase;
  /** The instance that has begun it. */
  owner: string;
  started_at: string;
  finished_at: string | null;
  /** Class of the answer. */
  outcome: string | null;
  /** JSON-RPC error code of the answer. */
  code: number | null;
}

/** What a person has to know of a call, repeated until the tenant's receiver has taken it. */
export interface NotificationRow {
  /** Stable over all repeats of it. */
  id: string;
  call_id: string;
  tenant: string;
  status: CallStatus;
  reason: CallReason | null;
  occurred_at: string;
  /** When it is sent next. */
  due_at: string;
  tries: number;
  delivered_at: string | null;
}

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

/** A code that was told to the one who was called, to block the number with. */
export interface OptOutCodeRow {
  /** The cipher's hash. */
  code_hash: string;
  call_id: string;
  number_hash: string;
  expires_at: string;
  used_at: string | null;
}
