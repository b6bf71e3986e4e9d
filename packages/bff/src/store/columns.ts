import type { CallReason, CallStatus } from "@uis-call/shared";
import { encrypted, integer, json, orNull, serial, stays, text } from "./column.js";
import type { CallColumn, DeletedColumn, PartColumn } from "./column.js";

// Columns of the tables that may hold personal data. These are derived from the lists below: the types of the
// rows, the insert of a call, the fingerprint of a request, erasure and export. (The command `copy` copies
// every column.)
//
// To add a column, write a migration, add the column here with each of the properties below, and set it where
// the rows are made.
// - type: the same as in the migration
// - erase: the value that erasure writes, or the reason why the column stays as it is
// - fingerprint: the field of the request that is stored here, if a repeat with the same idempotency key must
//   have the same value
// - export: the name of the column in the export for the owner of a number, either for both sides of a call or
//   for one of them

const NOT_OF_A_PERSON = stays("not of a person: calls are counted by it");
const OF_OUR_WORK = stays("not of a person: tells how we dialled or delivered");

export const CALLS = {
  id: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "id" },
  tenant: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "tenant" },
  /** Random id of the visitor. It is stored in the session, but it is not the session id. */
  principal: {
    type: text(),
    erase: stays("random; its session has ended long before"),
    fingerprint: false,
    export: false,
  },
  target: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: "target", export: "target" },
  /** The host site's own name for what the call is about. */
  reference: {
    type: orNull(text()),
    erase: null,
    fingerprint: "reference",
    export: { visitor: "reference" },
  },
  /** Null if the call has been erased. */
  visitor_number: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: "visitorNumber",
    export: { visitor: "phone" },
  },
  /** Hash of the visitor's number, made by the number cipher. */
  visitor_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** Where the visitor's number came from. It is dialled only while the target still takes it from there. */
  visitor_source: {
    type: text<"asked" | "identity" | "sealed">(),
    erase: NOT_OF_A_PERSON,
    fingerprint: false,
    export: false,
  },
  /** Null when the office's numbers are fixed in the configuration. */
  office_number: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: "officeNumber",
    export: { office: "phone" },
  },
  office_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /**
   * Copy of `office_hash` if the office phone belongs to the logged-in user. Such a phone rings for one call at
   * a time.
   */
  operator_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** `sub` of the user's identity token; null for an anonymous visitor. */
  identity: { type: orNull(text()), erase: null, fingerprint: false, export: { visitor: "identity" } },
  locale: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: { visitor: "locale" } },
  /** JSON object of the message variables. */
  variables: { type: json(), erase: "{}", fingerprint: "variables", export: { visitor: "variables" } },
  page: { type: orNull(text()), erase: null, fingerprint: "page", export: { visitor: "page" } },
  /**
   * Consent text that the visitor agreed to. If the visitor sends the same request again in another language,
   * that request has a different text. Null when the tenant asks for no consent.
   */
  consent_text: {
    type: orNull(text()),
    erase: stays("the tenant's words"),
    fingerprint: { given: "consentText" },
    export: { visitor: "consent.text" },
  },
  /** Version of the consent text: the beginning of its SHA-256 hash. */
  consent_version: {
    type: orNull(text()),
    erase: stays("a hash of the tenant's words"),
    fingerprint: false,
    export: { visitor: "consent.version" },
  },
  /** IP address from which the consent came. The time of the consent is `created_at`, and its page is `page`. */
  consent_address: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: false,
    export: { visitor: "consent.address" },
  },
  status: { type: text<CallStatus>(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "status" },
  reason: { type: orNull(text<CallReason>()), erase: NOT_OF_A_PERSON, fingerprint: false, export: "reason" },
  created_at: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "createdAt" },
  updated_at: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "updatedAt" },
  /** Time that the visitor chose for the call. Null for an immediate call. */
  scheduled_for: {
    type: orNull(text()),
    erase: NOT_OF_A_PERSON,
    fingerprint: "scheduledFor",
    export: "scheduledFor",
  },
  /** Number of attempts so far. The latest attempt has this number. */
  attempts: { type: integer(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /**
   * Time at which the dispatcher next picks up the call: to dial it or, if the call is `dialing`, because no
   * answer has come.
   */
  due_at: { type: text(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** Latest time at which an attempt may start. */
  deadline_at: { type: text(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** Time at which personal data was removed from the row; see calls/erasure.ts. */
  erased_at: {
    type: orNull(text()),
    erase: stays("set by erasure"),
    fingerprint: false,
    export: false,
  },
} as const satisfies Record<string, CallColumn>;

/**
 * Phase of an attempt. An attempt is one `place_calls` request, which is sent at most once.
 *
 * - `prepared`: Nothing has been sent.
 * - `connected`: The connection to UIS is open, and the request may have been sent.
 * - `abandoned`: The attempt was taken back while it was `prepared`. Its owner must not send it.
 */
type AttemptPhase = "prepared" | "connected" | "abandoned";

export const ATTEMPTS = {
  /** Id of the attempt, and the JSON-RPC `id` of the request, which UIS requires to be an integer. */
  id: { type: serial(), erase: OF_OUR_WORK, export: false },
  call_id: { type: text(), erase: OF_OUR_WORK, export: false },
  /** Number of the attempt within its call, counted from 1. */
  number: { type: integer(), erase: OF_OUR_WORK, export: false },
  phase: { type: text<AttemptPhase>(), erase: OF_OUR_WORK, export: false },
  /** Instance that started the attempt. */
  owner: { type: text(), erase: OF_OUR_WORK, export: false },
  started_at: { type: text(), erase: OF_OUR_WORK, export: false },
  finished_at: { type: orNull(text()), erase: OF_OUR_WORK, export: false },
  /** Kind of UIS's answer. */
  outcome: { type: orNull(text()), erase: OF_OUR_WORK, export: false },
  /** JSON-RPC error code of UIS's answer. */
  code: { type: orNull(integer()), erase: OF_OUR_WORK, export: false },
} as const satisfies Record<string, PartColumn>;

/**
 * A notification to the tenant's webhook. It is sent again until the receiver accepts it. Until then, a further
 * request about the same matter within an hour replaces its call; see notifications/outbox.ts.
 */
export const NOTIFICATIONS = {
  /**
   * Id of the notification. It is the same each time the notification is sent. When a further request joins the
   * notification, the notification gets another id.
   */
  id: { type: text(), erase: OF_OUR_WORK, export: "id" },
  call_id: { type: text(), erase: OF_OUR_WORK, export: "call" },
  tenant: { type: text(), erase: OF_OUR_WORK, export: false },
  status: { type: text<CallStatus>(), erase: NOT_OF_A_PERSON, export: "status" },
  reason: { type: orNull(text<CallReason>()), erase: NOT_OF_A_PERSON, export: "reason" },
  occurred_at: { type: text(), erase: NOT_OF_A_PERSON, export: "occurredAt" },
  /** Number of requests that the notification stands for. `call_id` is the call of the latest. */
  requests: { type: integer(), erase: NOT_OF_A_PERSON, export: "requests" },
  /** Time of the first of these requests. */
  opened_at: { type: text(), erase: NOT_OF_A_PERSON, export: false },
  /** Hash of what the requests have in common. Null if no further request may join the notification. */
  matter_hash: { type: orNull(text()), erase: null, export: false },
  /** Time of the next delivery. */
  due_at: { type: text(), erase: OF_OUR_WORK, export: false },
  tries: { type: integer(), erase: OF_OUR_WORK, export: false },
  delivered_at: { type: orNull(text()), erase: OF_OUR_WORK, export: "deliveredAt" },
} as const satisfies Record<string, PartColumn>;

/**
 * An idempotency key and its call. A call has several keys if the visitor clicks again while the call is under
 * way. Erasure deletes these rows.
 */
export const INTENTS = {
  tenant: { type: text(), export: false },
  principal: { type: text(), export: false },
  idempotency_key: { type: text(), export: false },
  /** Hash of the request. It distinguishes a repeat of a request from a different request with the same key. */
  fingerprint: { type: text(), export: false },
  call_id: { type: text(), export: false },
} as const satisfies Record<string, DeletedColumn>;

/**
 * An opt-out code that was spoken to the person called. It blocks the number of this person. Erasure deletes
 * these rows.
 */
export const OPT_OUT_CODES = {
  /** Hash of the code, made by the number cipher. */
  code_hash: { type: text(), export: false },
  call_id: { type: text(), export: "call" },
  number_hash: { type: text(), export: false },
  expires_at: { type: text(), export: "expiresAt" },
  used_at: { type: orNull(text()), export: "usedAt" },
} as const satisfies Record<string, DeletedColumn>;
