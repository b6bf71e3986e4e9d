import type { CallRequest } from "@uis-call/shared";
import { type Precondition, firstRefusal } from "../calls/ledger.js";
import {
  hoursOf,
  localized,
  officeSource,
  timeZoneOf,
  type Target,
  type Tenant,
} from "../config/configuration.js";
import { isTimeZone } from "../config/opening-hours.js";
import { isQuiet } from "../config/quiet-hours.js";
import { Refusal } from "../refusal.js";
import { openSealedNumber } from "./sealed-number.js";
import { type DialableNumber, dialableNumber } from "./dialable-number.js";

/** A call request that has passed the policy. The backend has checked or chosen each of its values. */
export interface AllowedCall {
  target: string;
  reference: string | null;
  visitorNumber: string;
  /** Where the visitor's number comes from. */
  visitorSource: Target["visitor"];
  /** ISO 3166 code of the country of the visitor's number. */
  visitorCountry: string;
  /** Null when the office's number is fixed in the configuration. */
  officeNumber: string | null;
  officeIsOperator: boolean;
  identity: string | null;
  /** Precondition that must be met in the transaction that stores the call. */
  check: Precondition;
  variables: Record<string, string>;
  page: string | null;
  consentText: string | null;
  scheduledFor: Date | null;
}

/** User that the host site identified. */
export interface User {
  id: string;
  /** The user's own telephone number in E.164 form. */
  phone?: string;
  /** Ids of the targets that this user may use. Absent: all targets. */
  targets?: readonly string[];
  /** What the user's calls are about. Overrides the page's `reference`. */
  reference?: string;
  /** IANA time zone of the user's phone. */
  timeZone?: string;
  /** Values for message templates. They override the values of the page. */
  variables?: Readonly<Record<string, string>>;
}

/** What the policy knows about a request besides its body. */
export interface Circumstances {
  user: User | undefined;
  locale: string;
  /** Origin of the page that sent the request. */
  origin: string | undefined;
  now: Date;
}

/** Maximum number of milliseconds from now to the time for which a call may be scheduled. */
const FARTHEST_AHEAD = 14 * 24 * 60 * 60_000;

/**
 * Checks a request against the tenant's rules in this order: user, target, variables, consent, numbers, hours.
 *
 * @throws Refusal of the first rule that the request breaks
 */
export async function applyPolicy(
  request: CallRequest,
  tenant: Tenant,
  { user, locale, origin, now }: Circumstances,
): Promise<AllowedCall> {
  if (tenant.identity?.required === true && user === undefined) throw unidentified();
  const target = targetOf(tenant, request.target, user);
  const variables = request.variables ?? {};
  const unknown = Object.keys(variables).find((name) => !target.variables.includes(name));
  if (unknown !== undefined) {
    throw new Refusal("invalid_request", "the target has no such variable", { at: `variables.${unknown}` });
  }
  if (tenant.consent !== undefined && request.consent !== true) {
    throw new Refusal("consent_required", "the visitor must agree first; then send consent: true", {
      at: "consent",
    });
  }
  const page = request.page === undefined ? undefined : new URL(request.page);
  // Leads name the page to the person who calls back, who may open it.
  if (page !== undefined && page.origin !== origin)
    throw new Refusal("invalid_request", "send the address of the page itself, or none", { at: "page" });
  const { check, reference, timeZones, ...numbers } = await numbersOf(request, tenant, target, { user, now });
  const scheduledFor = timeOf(request, now);
  return {
    target: request.target,
    // Gives the values of a token priority: a visitor can change the page, but not the token.
    reference: reference ?? user?.reference ?? request.reference ?? null,
    ...numbers,
    check: firstRefusal(
      () => Promise.resolve({ refusal: untimely(scheduledFor, timeZones, tenant, target, now) }),
      check,
    ),
    identity: user?.id ?? null,
    variables: { ...variables, ...knownTo(target, user?.variables) },
    // Leaves out the query string, which may contain names, e-mail addresses or tokens.
    page: page === undefined ? null : page.origin + page.pathname,
    scheduledFor,
    consentText: tenant.consent === undefined ? null : localized(tenant.consent.text, locale, tenant.locale),
  };
}

/**
 * Returns the time at which to call. Null means at once. Accepts a time in the past: the ledger refuses it,
 * because only the ledger knows whether the request is a repeat.
 */
function timeOf({ at, timeZone }: CallRequest, now: Date): Date | null {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new Refusal("invalid_request", "send an IANA time zone, or none", { at: "timeZone" });
  if (at === undefined) return null;
  const time = new Date(at);
  if (time.getTime() - now.getTime() <= FARTHEST_AHEAD) return time;
  throw new Refusal("invalid_request", "choose a time within the next two weeks", { at: "at" });
}

/**
 * Returns a refusal if the time is outside the opening hours or in the quiet hours. It is not called for a
 * repeated request: the time was checked at the first request.
 */
function untimely(
  chosen: Date | null,
  timeZones: readonly string[],
  tenant: Tenant,
  target: Target,
  now: Date,
): Refusal | undefined {
  const hours = hoursOf(tenant, target);
  if (hours?.isOpen(chosen ?? now) === false) {
    const what = chosen === null ? "send a time of opening as at" : "choose a time when the target is open";
    return new Refusal("closed", what, { at: "at", opensAt: hours.nextOpening(now) });
  }
  // Allows immediate calls at any hour, because the visitor is obviously awake.
  const { quietHours } = tenant;
  if (chosen === null || !quietHours) return undefined;
  if (!timeZones.some((timeZone) => isQuiet(quietHours, chosen, timeZone))) return undefined;
  return new Refusal("quiet_hours", "choose a time outside the tenant's quiet hours", { at: "at" });
}

/**
 * Returns the numbers of the visitor and of the office, each from its source, and what a sealed number contains
 * about the call.
 */
async function numbersOf(
  request: CallRequest,
  tenant: Tenant,
  target: Target,
  { user, now }: Pick<Circumstances, "user" | "now">,
): Promise<
  Pick<
    AllowedCall,
    "visitorNumber" | "visitorSource" | "visitorCountry" | "officeNumber" | "officeIsOperator"
  > & {
    reference: string | undefined;
    /** Time zones in which a chosen time must be outside the quiet hours. */
    timeZones: string[];
    check: Precondition | undefined;
  }
> {
  const office = officeSource(target);
  const wanted = {
    phone: target.visitor === "asked",
    phoneCountry: target.visitor === "asked",
    sealedNumber: [target.visitor, office].includes("sealed"),
  };
  for (const member of ["phone", "phoneCountry", "sealedNumber"] as const) {
    if (request[member] === undefined || wanted[member]) continue;
    throw new Refusal("invalid_request", `the target takes no ${member}: leave it out`, { at: member });
  }
  const sealed = wanted.sealedNumber
    ? await openSealedNumber(request.sealedNumber ?? "", tenant, request.target, now)
    : undefined;
  const from = (source: Target["visitor"], side: "visitor" | "office"): DialableNumber => {
    if (source === "asked") return dialableNumber(request.phone, tenant, "phone", side, request.phoneCountry);
    if (source === "sealed") return dialableNumber(sealed?.phone, tenant, "sealedNumber", side);
    if (user === undefined) throw unidentified();
    return dialableNumber(user.phone, tenant, "token", side);
  };
  const visitor = from(target.visitor, "visitor");
  const said = { user, browser: request.timeZone, sealed: sealed?.timeZone };
  return {
    visitorNumber: visitor.number,
    visitorSource: target.visitor,
    visitorCountry: visitor.country,
    officeNumber: office === "fixed" ? null : from(office, "office").number,
    officeIsOperator: office === "identity",
    reference: sealed?.reference,
    timeZones: quietZonesOf(target, tenant, said),
    check: sealed?.check,
  };
}

/**
 * Returns the time zones in which a chosen time must be outside the tenant's quiet hours. What a browser says can only
 * add quiet hours, because a stranger may type any number.
 */
export function quietZonesOf(
  target: Target,
  tenant: Tenant,
  said: {
    user: Pick<User, "timeZone"> | undefined;
    browser?: string | undefined;
    sealed?: string | undefined;
  },
): string[] {
  const own = timeZoneOf(tenant, target);
  if (target.visitor === "asked") return said.browser === undefined ? [own] : [own, said.browser];
  return [(target.visitor === "sealed" ? said.sealed : said.user?.timeZone) ?? own];
}

const unidentified = (): Refusal =>
  new Refusal("identity_required", "send an identity token as token to POST /session", { at: "token" });

const knownTo = (target: Target, variables: User["variables"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => target.variables.includes(name)));

function targetOf(tenant: Tenant, id: string, user: User | undefined): Target {
  // Looks only at own properties. Otherwise "constructor" would be found as a target.
  const target = Object.hasOwn(tenant.targets, id) && mayUse(user, id) ? tenant.targets[id] : undefined;
  if (target === undefined)
    throw new Refusal("target_unknown", "the tenant has no such target", { at: "target" });
  return target;
}

/** Whether the user's token allows this target. */
export const mayUse = (user: Pick<User, "targets"> | undefined, target: string): boolean =>
  user?.targets?.includes(target) ?? true;
