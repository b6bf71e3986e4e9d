import { z } from "zod";

/** The states of a call; `isOver` tells which are final. */
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

/** Whether a status is final. */
export const isOver = (status: CallStatus): boolean => OVER.has(status);

/** The reasons for a call's status. A reason is never a text that UIS sent. */
export const CALL_REASONS = [
  /** UIS answered `fail`: it carried out the call, but the two parties were not connected. */
  "not_connected",
  /** UIS refused the request for good. The cause is the account, the configuration, or a defect of this product. */
  "service_refused",
  /** The request was sent to UIS, but no usable answer came back. */
  "no_answer_from_service",
  /** The backend stopped while the request to UIS was in progress. */
  "interrupted",
  /** UIS cannot be reached; the backend tries again later. */
  "service_unreachable",
  /** A limit of UIS is reached; the backend tries again later. */
  "service_limit",
  /** No attempt succeeded before the deadline; a person has to call back. */
  "deadline_passed",
  /** The target is closed and does not open before the deadline. */
  "closed",
  /** The phone is needed for another call of the same session or user. This call is dialled after that call. */
  "phone_busy",
  /** The request was handed to a person. Replaces {@link KEPT_REASONS} where the true reason must not be shown. */
  "kept",
  /** Another visitor's call to the same number is in progress. */
  "number_under_way",
  /** The backend runs on a restored backup and does not know which calls were dialled after the backup was made. */
  "restored",
  /** The computer's clock was changed, so the backend cannot tell when the chosen time has come. */
  "time_uncertain",
  /** A limit of the number, user, target, tenant or address is reached. */
  "limit_reached",
  /** The owner of the number has opted out of calls. */
  "number_blocked",
  /** The operator has paused the calls of this tenant or of all tenants. */
  "calls_stopped",
] as const;

export type CallReason = (typeof CALL_REASONS)[number];

/**
 * Reasons of `held` that reveal something about the owner of a number. Visitors see `kept` instead. The true reason is
 * shown to operators, to receivers of webhooks, and to identified users of a tenant that requires identity.
 */
export const KEPT_REASONS: readonly CallReason[] = ["number_under_way", "number_blocked", "limit_reached"];

/** Maximum length of a template variable's value, in characters. */
export const VARIABLE_LIMIT = 200;

/** The host site's own id of the subject of a call, e.g. of a deal or an ad. It has 1 to 128 printable characters. */
export const Reference = z
  .string()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u, "write 1 to 128 printable characters");

/** Body of `POST /calls`. */
export const CallRequest = z.strictObject({
  target: z.string().min(1).max(64),
  /** A reference in the identity token or the sealed number takes precedence over this one. */
  reference: Reference.optional(),
  /** The visitor's number as typed. */
  phone: z.string().min(1).max(64).optional(),
  /** ISO 3166 code of the country in which `phone` is read if it has no `+`. Default: the country of the tenant. */
  phoneCountry: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  /** A number that the host's backend has sealed for this target (a compact JWE). Only some targets need one. */
  sealedNumber: z.string().min(1).max(1024).optional(),
  /** A solved challenge of `GET /proof`, if the session needs one. */
  proof: z.string().min(1).max(1024).optional(),
  /** `true` when the visitor has ticked the tenant's consent box. */
  consent: z.boolean().optional(),
  variables: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/), z.string().max(VARIABLE_LIMIT))
    .refine((values) => Object.keys(values).length <= 16, "at most 16 variables")
    .optional(),
  /** Time of the call, at most two weeks ahead. Without it, the call is made now. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** The browser's IANA time zone. The BFF uses it to refuse an `at` that is at night for the visitor. */
  timeZone: z.string().min(1).max(64).optional(),
  /** Address of the visitor's page. */
  page: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
});

/** A call as the BFF shows it to the session that requested it. It contains no phone number and no text from UIS. */
export const Call = z.object({
  id: z.string(),
  status: z.enum(CALL_STATUSES),
  target: z.string(),
  /** The host site's own id of the subject of the call. */
  reference: Reference.optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Time of a scheduled call; absent if the call is immediate. */
  scheduledFor: z.iso.datetime().optional(),
  reason: z.enum(CALL_REASONS).optional(),
  /** Present where the tenant has a receiver of leads: a person hears of the call if it fails. */
  receiver: z.literal(true).optional(),
});

/** A UUID created at the visitor's click. Requests with the same key in `Idempotency-Key` get the same call. */
export const IdempotencyKey = z.uuid();

export type CallRequest = z.infer<typeof CallRequest>;
export type Call = z.infer<typeof Call>;
