import type { CallReason, CallStatus } from "@uis-call/shared";
import type { Generated } from "kysely";

/** Times are ISO 8601 UTC text: it sorts, and reads the same on every engine. */
export interface Tables {
  calls: CallRow;
  attempts: AttemptRow;
  sessions: SessionRow;
}

export interface CallRow {
  id: string;
  tenant: string;
  /** Who made it: random, kept in the session; not the session id. */
  principal: string;
  idempotency_key: string;
  /** Hash of the request, to tell a repeat from another request under the same key. */
  fingerprint: string;
  target: string;
  visitor_number: string;
  locale: string;
  /** JSON object of the message variables. */
  variables: string;
  page: string | null;
  /** The text agreed to, when the tenant asks for consent. */
  consent_text: string | null;
  status: CallStatus;
  reason: CallReason | null;
  created_at: string;
  updated_at: string;
  /** No attempt begins after this. */
  deadline_at: string;
}

/** One permit to send `place_calls` once. Written before the first byte leaves. */
export interface AttemptRow {
  /** Also the JSON-RPC `id` of the request, which UIS wants as an integer. */
  id: Generated<number>;
  call_id: string;
  started_at: string;
  finished_at: string | null;
  /** Class of the answer. */
  outcome: string | null;
  /** JSON-RPC error code of the answer. */
  code: number | null;
}

export interface SessionRow {
  /** SHA-256 of the session id: the database alone lets nobody in. */
  id: string;
  data: string;
  expires_at: string;
}
