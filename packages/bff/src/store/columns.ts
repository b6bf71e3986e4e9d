import type { CallReason, CallStatus } from "@uis-call/shared";
import { encrypted, integer, json, orNull, serial, stays, text } from "./column.js";
import type { CallColumn, DeletedColumn, PartColumn } from "./column.js";

// What becomes of each column that may hold something of a person. Types of rows, the insert of a call, the fingerprint
// of a request, erasure and export follow from these lists; `copy` takes each column of the tables it copies.
//
// A new column: write the migration, add the column here, answer each question, and fill it in where rows are made.
// - type: as in the migration
// - erase: what erasure writes in its place, or why it stays
// - fingerprint: the field of the request that a repeat under the same idempotency key has equal
// - export: its name in what the owner of a number is given: to both sides of a call, or to one

const NOT_OF_A_PERSON = stays("not of a person: calls are counted by it");
const OF_OUR_WORK = stays("not of a person: tells how we dialled or delivered");

export const CALLS = {
  id: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "id" },
  tenant: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: "tenant" },
  /** Owner of the call: random, kept in the session; not the session id. */
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
  /** Null once the call is erased. */
  visitor_number: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: "visitorNumber",
    export: { visitor: "phone" },
  },
  /** The cipher's hash of it. */
  visitor_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** Null where the configuration has the office's numbers. */
  office_number: {
    type: orNull(encrypted()),
    erase: null,
    fingerprint: "officeNumber",
    export: { office: "phone" },
  },
  office_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** `office_hash` once more where that phone is the user's own, which rings for one call at a time. */
  operator_hash: { type: orNull(text()), erase: null, fingerprint: false, export: false },
  /** `sub` of the user's identity token; null for an anonymous visitor. */
  identity: { type: orNull(text()), erase: null, fingerprint: false, export: { visitor: "identity" } },
  locale: { type: text(), erase: NOT_OF_A_PERSON, fingerprint: false, export: { visitor: "locale" } },
  /** JSON object of the message variables. */
  variables: { type: json(), erase: "{}", fingerprint: "variables", export: { visitor: "variables" } },
  page: { type: orNull(text()), erase: null, fingerprint: "page", export: { visitor: "page" } },
  /** The text agreed to, when the tenant asks for consent. In another language a repeat has another. */
  consent_text: {
    type: orNull(text()),
    erase: stays("the tenant's words"),
    fingerprint: { given: "consentText" },
    export: { visitor: "consent.text" },
  },
  /** Tells texts apart: the first letters of its SHA-256. */
  consent_version: {
    type: orNull(text()),
    erase: stays("a hash of the tenant's words"),
    fingerprint: false,
    export: { visitor: "consent.version" },
  },
  /** The network address the consent came from. When and on which page is `created_at` and `page`. */
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
  /** When the visitor wants to be called, if not at once. */
  scheduled_for: {
    type: orNull(text()),
    erase: NOT_OF_A_PERSON,
    fingerprint: "scheduledFor",
    export: "scheduledFor",
  },
  /** How many attempts it has had; the latest has this number. */
  attempts: { type: integer(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** When the call is looked at again: to dial it, or, while `dialing`, because no answer came. */
  due_at: { type: text(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** No attempt begins after this. */
  deadline_at: { type: text(), erase: OF_OUR_WORK, fingerprint: false, export: false },
  /** When the columns above were erased. */
  erased_at: {
    type: orNull(text()),
    erase: stays("set by erasure"),
    fingerprint: false,
    export: false,
  },
} as const satisfies Record<string, CallColumn>;

/**
 * One request `place_calls`, sent once at most. `prepared`: nothing has been sent. `connected`: the connection to UIS
 * stands, and the request may have been sent. `abandoned`: taken back while `prepared`; its owner may send nothing any more.
 */
type AttemptPhase = "prepared" | "connected" | "abandoned";

export const ATTEMPTS = {
  /** Also the JSON-RPC `id` of the request, which UIS wants as an integer. */
  id: { type: serial(), erase: OF_OUR_WORK, export: false },
  call_id: { type: text(), erase: OF_OUR_WORK, export: false },
  /** 1 for the first of its call. */
  number: { type: integer(), erase: OF_OUR_WORK, export: false },
  phase: { type: text<AttemptPhase>(), erase: OF_OUR_WORK, export: false },
  /** The instance that has begun it. */
  owner: { type: text(), erase: OF_OUR_WORK, export: false },
  started_at: { type: text(), erase: OF_OUR_WORK, export: false },
  finished_at: { type: orNull(text()), erase: OF_OUR_WORK, export: false },
  /** Class of the answer. */
  outcome: { type: orNull(text()), erase: OF_OUR_WORK, export: false },
  /** JSON-RPC error code of the answer. */
  code: { type: orNull(integer()), erase: OF_OUR_WORK, export: false },
} as const satisfies Record<string, PartColumn>;

/** What a person has to know of a call, repeated until the tenant's receiver has taken it. */
export const NOTIFICATIONS = {
  /** Stable over all repeats of it. */
  id: { type: text(), erase: OF_OUR_WORK, export: "id" },
  call_id: { type: text(), erase: OF_OUR_WORK, export: "call" },
  tenant: { type: text(), erase: OF_OUR_WORK, export: false },
  status: { type: text<CallStatus>(), erase: NOT_OF_A_PERSON, export: "status" },
  reason: { type: orNull(text<CallReason>()), erase: NOT_OF_A_PERSON, export: "reason" },
  occurred_at: { type: text(), erase: NOT_OF_A_PERSON, export: "occurredAt" },
  /** When it is sent next. */
  due_at: { type: text(), erase: OF_OUR_WORK, export: false },
  tries: { type: integer(), erase: OF_OUR_WORK, export: false },
  delivered_at: { type: orNull(text()), erase: OF_OUR_WORK, export: "deliveredAt" },
} as const satisfies Record<string, PartColumn>;

/**
 * An idempotency key and the call it stands for. One call may have several: later clicks while it is under way. Erasure
 * deletes the rows.
 */
export const INTENTS = {
  tenant: { type: text(), export: false },
  principal: { type: text(), export: false },
  idempotency_key: { type: text(), export: false },
  /** Hash of the request, to tell a repeat from another request under the same key. */
  fingerprint: { type: text(), export: false },
  call_id: { type: text(), export: false },
} as const satisfies Record<string, DeletedColumn>;

/** A code told to the person called, to block the number with. Erasure deletes the rows. */
export const OPT_OUT_CODES = {
  /** The cipher's hash. */
  code_hash: { type: text(), export: false },
  call_id: { type: text(), export: "call" },
  number_hash: { type: text(), export: false },
  expires_at: { type: text(), export: "expiresAt" },
  used_at: { type: orNull(text()), export: "usedAt" },
} as const satisfies Record<string, DeletedColumn>;
