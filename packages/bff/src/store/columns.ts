import type { CallReason, CallStatus } from "@uis-call/shared";
import { encrypted, integer, json, orNull, serial, stays, text } from "./column.js";
import type { CallColumn, DeletedColumn, PartColumn } from "./column.js";

// Columns of the tables that may hold personal data. Row types, the insert of a call, the fingerprint of a request,
// erasure and export are derived from these lists; `copy` copies every column.
//
// To add a column: write a migration, add the column here with each of these properties, and fill it in where rows are
// made.
// - type: as in the migration
// - erase: what erasure writes in its place, or why the value stays
// - fingerprint: the field of the request stored here, if a repeat with the same idempotency key must have the same value
// - export: the column's name in the export to the owner of a number, for both sides of a call or for one of them

const NOT_OF_A_PERSON = stays("not of a person: calls are counted by it");
const OF_OUR_WORK = stays("not of a person: tells how we dialled or delivered");

export const CALLS = {
  id: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "id" },
  tenant: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "tenant" },
  /** Random id of the visitor, kept in the session; not the session id. */
  principal: {
    type: text(),
    erase: stays("random; its session has ended long before"),
    fingerprint: false,
    export: false,
  },
  target: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: "target", export: "target" },
  /** The host site's own name for the subject of the call. */
  reference: {
    type: orNull(text()),
    erase: null,
    fingerprint: "reference",
    export: { visitor: "reference" },
  },
  /** Null once the call is erased. */
  visitor_number: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: "visitorNumber",
    export: { visitor: "phone" },
  },
  /** Hash of the visitor's number by the number cipher. */
  visitor_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** Null when the office's numbers are in the configuration. */
  office_number: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: "officeNumber",
    export: { office: "phone" },
  },
  office_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** Copy of `office_hash` when the office phone is the user's own: such a phone rings for one call at a time. */
  operator_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** `sub` of the user's identity token; null for an anonymous visitor. */
  identity: { type: orNull(text()), erase: null, fingerprint: false, export: { visitor: "identity" } },
  locale: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: { visitor: "locale" } },
  /** JSON object of the message variables. */
  variables: { type: json(), erase: "{}", fingerprint: "variables", export: { visitor: "variables" } },
  page: { type: orNull(text()), erase: null, fingerprint: "page", export: { visitor: "page" } },
  /** Consent text that the visitor agreed to; a repeat in another language has another. Null when the tenant asks for none. */
  consent_text: {
    type: orNull(text()),
    erase: stays("the tenant's words"),
    fingerprint: { given: "consentText" },
    export: { visitor: "consent.text" },
  },
  /** Version of the consent text: the first letters of its SHA-256. */
  consent_version: {
    type: orNull(text()),
    erase: stays("a hash of the tenant's words"),
    fingerprint: false,
    export: { visitor: "consent.version" },
  },
  /** Network address that consent came from. Time and page of consent are `created_at` and `page`. */
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
  /** Time that the visitor chose; null for an immediate call. */
  scheduled_for: {
    type: orNull(text()),
    erase: NOT_OF_A_PERSON,
    fingerprint: "scheduledFor",
    export: "scheduledFor",
  },
  /** Number of attempts so far, which is also the number of the latest. */
  attempts: { type: integer(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** When the dispatcher next picks up the call: to dial it, or, in `dialing`, because no answer has come. */
  due_at: { type: text(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** Latest time at which an attempt may start. */
  deadline_at: { type: text(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** When personal data was removed from the row; see calls/erasure.ts. */
  erased_at: {
    type: orNull(text()),
    erase: stays("set by erasure"),
    fingerprint: false,
    export: false,
  },
} as const satisfies Record<string, CallColumn>;

/**
 * Phase of an attempt: one request `place_calls`, sent at most once.
 *
 * - `prepared`: nothing has been sent.
 * - `connected`: the connection to UIS is open, and the request may have been sent.
 * - `abandoned`: taken back while `prepared`; its owner must not send it.
 */
type AttemptPhase = "prepared" | "connected" | "abandoned";

export const ATTEMPTS = {
  /** Also the JSON-RPC `id` of the request, an integer as UIS requires. */
  id: { type: serial(), erase: OF_OUR_WORK, export: false },
  call_id: { type: text(), erase: OF_OUR_WORK, export: false },
  /** 1 for the first attempt of a call. */
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

/** A notification to the tenant's receiver, repeated until the receiver accepts it. */
export const NOTIFICATIONS = {
  /** Stays the same over all repeats. */
  id: { type: text(), erase: OF_OUR_WORK, export: "id" },
  call_id: { type: text(), erase: OF_OUR_WORK, export: "call" },
  tenant: { type: text(), erase: OF_OUR_WORK, export: false },
  status: { type: text<CallStatus>(), erase: NOT_OF_A_PERSON, export: "status" },
  reason: { type: orNull(text<CallReason>()), erase: NOT_OF_A_PERSON, export: "reason" },
  occurred_at: { type: text(), erase: NOT_OF_A_PERSON, export: "occurredAt" },
  /** Time of the next delivery. */
  due_at: { type: text(), erase: OF_OUR_WORK, export: false },
  tries: { type: integer(), erase: OF_OUR_WORK, export: false },
  delivered_at: { type: orNull(text()), erase: OF_OUR_WORK, export: "deliveredAt" },
} as const satisfies Record<string, PartColumn>;

/**
 * An idempotency key and its call. A call may have several keys: later clicks while it is under way. Erasure deletes
 * the rows.
 */
export const INTENTS = {
  tenant: { type: text(), export: false },
  principal: { type: text(), export: false },
  idempotency_key: { type: text(), export: false },
  /** Hash of the request, to tell a repeat from a different request with the same key. */
  fingerprint: { type: text(), export: false },
  call_id: { type: text(), export: false },
} as const satisfies Record<string, DeletedColumn>;

/** An opt-out code that was spoken to the person called; it blocks their number. Erasure deletes the rows. */
export const OPT_OUT_CODES = {
  /** Hash of the code by the number cipher. */
  code_hash: { type: text(), export: false },
  call_id: { type: text(), export: "call" },
  number_hash: { type: text(), export: false },
  expires_at: { type: text(), export: "expiresAt" },
  used_at: { type: orNull(text()), export: "usedAt" },
} as const satisfies Record<string, DeletedColumn>;
