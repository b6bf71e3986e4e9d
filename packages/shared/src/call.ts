import { z } from "zod";

/** All statuses of a call. The function `isOver` says with which of them a call is over. */
export const CALL_STATUSES = [
  "accepted",
  "scheduled",
  "waiting",
  "dialing",
  "placed",
  "failed",
  "unknown",
  "held",
  "cancelled",
] as const;

export type CallStatus = (typeof CALL_STATUSES)[number];

const OVER: ReadonlySet<CallStatus> = new Set(["placed", "failed", "unknown", "held", "cancelled"]);

/** Returns whether a call with this status is over. */
export const isOver = (status: CallStatus): boolean => OVER.has(status);

/** The reasons that a call's status can have. They are our own words, never a text that UIS has sent. */
export const CALL_REASONS = [
  /** UIS answered `fail`: it carried out the request, but the two parties were not connected. */
  "not_connected",
  /**
   * UIS has refused the request, and repeating it would not help. The cause is the account, the configuration, or a
   * defect of this product.
   */
  "service_refused",
  /** The request was sent to UIS, but no usable HTTP response came back. */
  "no_answer_from_service",
  /** The backend stopped while it was sending the request to UIS or waiting for the response. */
  "interrupted",
  /** The backend cannot reach UIS, and tries again later. */
  "service_unreachable",
  /** UIS allows no more calls at the moment. The backend tries again later. */
  "service_limit",
  /** No attempt succeeded before the deadline. A person has to call the visitor back. */
  "deadline_passed",
  /** The target is closed and does not open before the deadline. */
  "closed",
  /**
   * The telephone is needed for another call of the same session or user. The backend dials this call after the other
   * one.
   */
  "phone_busy",
  /**
   * The request was kept for a person. This reason is shown in place of those in {@link KEPT_REASONS}, which must not
   * be shown to visitors.
   */
  "kept",
  /** Another visitor's call to the same number is in progress. */
  "number_under_way",
  /** The backend runs on a restored backup, so it does not know which calls were dialled after the backup was made. */
  "restored",
  /** The computer's clock was changed, so the backend cannot tell when the chosen time has come. */
  "time_uncertain",
  /** A rate limit was reached: that of the telephone number, the user, the target, the tenant or the IP address. */
  "limit_reached",
  /** The person whose number it is has opted out of telephone calls. */
  "number_blocked",
  /** The operator has paused the calls of this tenant or of all tenants. */
  "calls_stopped",
] as const;

export type CallReason = (typeof CALL_REASONS)[number];

/**
 * Reasons of `held` that would reveal something about the person whose number it is. Visitors see `kept` instead.
 * Operators, receivers of webhooks, and identified users of a tenant that requires identity see the true reason.
 */
export const KEPT_REASONS: readonly CallReason[] = ["number_under_way", "number_blocked", "limit_reached"];

/**
 * Maximum length, in characters, of the value of a template variable. Templates are the tenant's messages with
 * placeholders.
 */
export const VARIABLE_LIMIT = 200;

/**
 * The host site's own id of the subject of a call, for example the id of a deal or an ad: 1 to 128 printable
 * characters.
 */
export const Reference = z
  .string()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u, "write 1 to 128 printable characters");

/** JSON body of `POST /calls`. */
export const CallRequest = z.strictObject({
  target: z.string().min(1).max(64),
  /**
   * The host site's own id of the subject of the call. If the identity token or the sealed number contains a reference,
   * the BFF uses that one.
   */
  reference: Reference.optional(),
  /** The visitor's number as typed. If it has no country code, the BFF adds that of the tenant's country. */
  phone: z.string().min(1).max(32).optional(),
  /**
   * A number that the host site's backend has sealed (encrypted) for this target, as a compact JWE. Only targets whose
   * configuration asks for a sealed number need it.
   */
  sealedNumber: z.string().min(1).max(1024).optional(),
  /** The solution of a challenge from `GET /proof`. Required if the response to `POST /session` says so in `proof`. */
  proof: z.string().min(1).max(1024).optional(),
  /** `true` when the visitor has ticked the tenant's consent box. */
  consent: z.boolean().optional(),
  variables: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/), z.string().max(VARIABLE_LIMIT))
    .refine((values) => Object.keys(values).length <= 16, "at most 16 variables")
    .optional(),
  /** Time at which the call is wanted, at most two weeks ahead. Without it, the call is wanted now. */
  at: z.iso.datetime({ offset: true }).optional(),
  /**
   * The visitor's IANA time zone, as the browser knows it. The BFF uses it to refuse a time in `at` that is at night
   * for the visitor.
   */
  timeZone: z.string().min(1).max(64).optional(),
  /** Address of the page on which the visitor requested the call. */
  page: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
});

/**
 * A call as the BFF shows it to the session that requested it. It contains no telephone number and no text from UIS.
 */
export const Call = z.object({
  id: z.string(),
  status: z.enum(CALL_STATUSES),
  target: z.string(),
  /** The host site's own id of the subject of the call. */
  reference: Reference.optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** The time for which the call was requested. Absent if the call was requested for now. */
  scheduledFor: z.iso.datetime().optional(),
  reason: z.enum(CALL_REASONS).optional(),
  /**
   * Present if the tenant receives notes about calls that need a person: then a person hears of this call if it fails.
   */
  receiver: z.literal(true).optional(),
});

/**
 * A UUID that the client creates at the visitor's click. Requests that carry the same key in the header
 * `Idempotency-Key` get the same call.
 */
export const IdempotencyKey = z.uuid();

export type CallRequest = z.infer<typeof CallRequest>;
export type Call = z.infer<typeof Call>;
