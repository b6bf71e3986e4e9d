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

/** The reasons for a call's status. Never a text of UIS's. */
export const CALL_REASONS = [
  /** UIS answered `fail`: phones rang, and the two were not connected. */
  "not_connected",
  /** UIS refused the request finally: because of the account, the configuration, or a defect of ours. */
  "service_refused",
  /** The request was sent, and no usable answer came. */
  "no_answer_from_service",
  /** The backend stopped while the request was under way. */
  "interrupted",
  /** UIS is out of reach; another attempt follows. */
  "service_unreachable",
  /** UIS is at its limit; another attempt follows. */
  "service_limit",
  /** No attempt succeeded before the deadline; a person calls back. */
  "deadline_passed",
  /** The target is closed and does not open before the deadline. */
  "closed",
  /** Another call of the same session or user comes first; this one is dialled after it. */
  "phone_busy",
  /** A person has the request. Stands for each of {@link KEPT_REASONS} where the true reason is not shown. */
  "kept",
  /** Another visitor's call to the same number is under way. */
  "number_under_way",
  /** The backend runs on a restored backup and does not know what has been dialled since. */
  "restored",
  /** The backend's clock was set, so the chosen time may be wrong. */
  "time_uncertain",
  /** A limit is reached: of the number, user, target, tenant or address. */
  "limit_reached",
  /** The owner of the number has opted out of calls. */
  "number_blocked",
  /** The operator has paused all calls, or the tenant's. */
  "calls_stopped",
] as const;

export type CallReason = (typeof CALL_REASONS)[number];

/**
 * Reasons of `held` that reveal something about the owner of a number. Visitors see `kept` instead. Operators, receivers
 * of webhooks, and identified users where the tenant requires identity see the true reason.
 */
export const KEPT_REASONS: readonly CallReason[] = ["number_under_way", "number_blocked", "limit_reached"];

/** Most characters of a template variable's value. */
export const VARIABLE_LIMIT = 200;

/** The host site's own name for what a call is about (a deal, an ad): 1 to 128 printable characters. */
export const Reference = z
  .string()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u, "write 1 to 128 printable characters");

/** `POST /calls` */
export const CallRequest = z.strictObject({
  target: z.string().min(1).max(64),
  /** A reference in a token takes precedence. */
  reference: Reference.optional(),
  /** The visitor's number as typed; the BFF reads it as a number of the tenant's country. */
  phone: z.string().min(1).max(32).optional(),
  /** A number sealed by the host's backend for this target (a compact JWE), where the target needs one. */
  sealedNumber: z.string().min(1).max(1024).optional(),
  /** A solved challenge of `GET /proof`, where one is required. */
  proof: z.string().min(1).max(1024).optional(),
  /** `true` when the visitor has ticked the tenant's consent box. */
  consent: z.boolean().optional(),
  variables: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/), z.string().max(VARIABLE_LIMIT))
    .refine((values) => Object.keys(values).length <= 16, "at most 16 variables")
    .optional(),
  /** Time of the call, at most two weeks ahead; absent: now. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** The browser's IANA time zone, to keep calls for later out of the visitor's night. */
  timeZone: z.string().min(1).max(64).optional(),
  /** Address of the visitor's page. */
  page: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
});

/** A call as shown to its own session. It never holds a number or a text of UIS's. */
export const Call = z.object({
  id: z.string(),
  status: z.enum(CALL_STATUSES),
  target: z.string(),
  /** The host site's own name for what the call is about. */
  reference: Reference.optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Time of a call for later; absent for an immediate one. */
  scheduledFor: z.iso.datetime().optional(),
  reason: z.enum(CALL_REASONS).optional(),
  /** Present where the tenant has a receiver of leads: a person hears of the call if it fails. */
  receiver: z.literal(true).optional(),
});

/** The header that makes repeats the same call: a UUID, created at the visitor's click. */
export const IdempotencyKey = z.uuid();

export type CallRequest = z.infer<typeof CallRequest>;
export type Call = z.infer<typeof Call>;
