import { z } from "zod";

/** Where a call is on its way; `over` tells which of these are the end of it. */
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

/** Whether a call with this status has reached its end. */
export const isOver = (status: CallStatus): boolean => OVER.has(status);

/** Why a call has the status it has. Never an upstream text. */
export const CALL_REASONS = [
  /** UIS answered `fail`: it rang, and the two were not connected. */
  "not_connected",
  /** UIS refused the request for good: its account, our configuration, or our defect. */
  "service_refused",
  /** The request was sent and no usable answer came. */
  "no_answer_from_service",
  /** The service stopped while the request was under way. */
  "interrupted",
  /** UIS is out of reach; another attempt follows. */
  "service_unreachable",
  /** UIS is at its limit; another attempt follows. */
  "service_limit",
  /** No attempt succeeded before the deadline; a person calls back. */
  "deadline_passed",
  /** The target takes no calls at this hour, and will not in time. */
  "closed",
  /** Another call of the same session or user goes first; this one is dialled after it. */
  "phone_busy",
  /** A person has the request. Stands for each of {@link KEPT_REASONS} where the true one is not told. */
  "kept",
  /** Another visitor's call to the same number is under way. */
  "number_under_way",
  /** The backend runs on a restored backup and cannot know what was dialled since. */
  "restored",
  /** The backend's clock was set, so the chosen time may not be what it seems. */
  "time_uncertain",
  /** No more calls may be made for now: to the number, of the user, target or tenant, or from the address. */
  "limit_reached",
  /** Whoever has the number does not want to be called. */
  "number_blocked",
  /** The operator has paused all calls, or the tenant's. */
  "calls_stopped",
] as const;

export type CallReason = (typeof CALL_REASONS)[number];

/**
 * Reasons of `held` that tell something about the owner of a number. Visitors are told `kept` instead of each; operators
 * and receivers of webhooks, and identified users where the tenant requires identity, are told the true one.
 */
export const KEPT_REASONS: readonly CallReason[] = ["number_under_way", "number_blocked", "limit_reached"];

/** Longest value of one template variable, in characters. */
export const VARIABLE_LIMIT = 200;

/** The host site's own name for what a call is about (a deal, an ad): 1 to 128 printable characters. */
export const Reference = z
  .string()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u, "write 1 to 128 printable characters");

/** `POST /calls` */
export const CallRequest = z.strictObject({
  target: z.string().min(1).max(64),
  /** One in a token goes before it. */
  reference: Reference.optional(),
  /** As the visitor typed it; the BFF reads it in the tenant's country. */
  phone: z.string().min(1).max(32).optional(),
  /** The number the host's backend has sealed for this target (a compact JWE), where the target wants one. */
  sealedNumber: z.string().min(1).max(1024).optional(),
  /** A solved challenge of `GET /proof`, where one is asked for. */
  proof: z.string().min(1).max(1024).optional(),
  /** `true` when the visitor has ticked the tenant's consent box. */
  consent: z.boolean().optional(),
  variables: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/), z.string().max(VARIABLE_LIMIT))
    .refine((values) => Object.keys(values).length <= 16, "at most 16 variables")
    .optional(),
  /** When to call, at most two weeks ahead; at once when absent. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** The visitor's IANA time zone, as the browser has it: nobody can choose to be called at night. */
  timeZone: z.string().min(1).max(64).optional(),
  /** Address of the page the visitor was on. */
  page: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
});

/** The call as its own session sees it. It never holds a number or an upstream text. */
export const Call = z.object({
  id: z.string(),
  status: z.enum(CALL_STATUSES),
  target: z.string(),
  /** What the call is about, in the host site's words. */
  reference: Reference.optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** When it is to be called, if not at once. */
  scheduledFor: z.iso.datetime().optional(),
  reason: z.enum(CALL_REASONS).optional(),
});

/** The header that makes one intent one call: a UUID made at the visitor's click. */
export const IdempotencyKey = z.uuid();

export type CallRequest = z.infer<typeof CallRequest>;
export type Call = z.infer<typeof Call>;
