import type { CallRequest } from "@uis-call/shared";
import { type Precondition, firstRefusal } from "../calls/ledger.js";
import { hoursOf, localized, officeSource, type Target, type Tenant } from "../config/configuration.js";
import { isTimeZone } from "../config/opening-hours.js";
import { isQuiet } from "../config/quiet-hours.js";
import { Refusal } from "../refusal.js";
import { openSealedNumber } from "./sealed-number.js";
import { type DialableNumber, dialableNumber } from "./dialable-number.js";

/** Request that passed the policy. Each value is checked or chosen by the backend. */
export interface AllowedCall {
  target: string;
  reference: string | null;
  visitorNumber: string;
  /** ISO 3166 country code of the visitor's number. */
  visitorCountry: string;
  /** Null when the office's number is in the configuration. */
  officeNumber: string | null;
  officeIsOperator: boolean;
  identity: string | null;
  /** Precondition that must hold in the transaction that writes the call. */
  check: Precondition;
  variables: Record<string, string>;
  page: string | null;
  consentText: string | null;
  scheduledFor: Date | null;
}

/** User identified by the host site. */
export interface User {
  id: string;
  /** E.164. */
  phone?: string;
  /** Ids of the only targets this user may use; absent: all. */
  targets?: readonly string[];
  /** Subject of the user's calls. Overrides the page's `reference`. */
  reference?: string;
  /** Values for message templates. They override the page's. */
  variables?: Readonly<Record<string, string>>;
}

/** What the policy knows of a request besides its body. */
export interface Circumstances {
  user: User | undefined;
  locale: string;
  now: Date;
}

/** Most milliseconds a call may be scheduled ahead. */
const FARTHEST_AHEAD = 14 * 24 * 60 * 60_000;

/**
 * Checks a request against the tenant's rules, in this order: user, target, variables, consent, numbers, hours.
 *
 * @throws Refusal of the first rule that the request breaks
 */
export async function applyPolicy(
  request: CallRequest,
  tenant: Tenant,
  { user, locale, now }: Circumstances,
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
  const { check, reference, ...numbers } = await numbersOf(request, tenant, target, { user, locale, now });
  const scheduledFor = timeOf(request, now);
  return {
    target: request.target,
    // Values of a token go first: a visitor can change the page, but not the token.
    reference: reference ?? user?.reference ?? request.reference ?? null,
    ...numbers,
    check: firstRefusal(
      () => Promise.resolve({ refusal: untimely(scheduledFor, request.timeZone, tenant, target, now) }),
      check,
    ),
    identity: user?.id ?? null,
    variables: { ...variables, ...knownTo(target, user?.variables) },
    page: request.page === undefined ? null : withoutQuery(request.page),
    scheduledFor,
    consentText: tenant.consent === undefined ? null : localized(tenant.consent.text, locale, tenant.locale),
  };
}

/**
 * Returns when to call; null for at once. The ledger refuses times in the past, because it alone recognises a repeat.
 */
function timeOf({ at, timeZone }: CallRequest, now: Date): Date | null {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new Refusal("invalid_request", "send an IANA time zone, or none", { at: "timeZone" });
  if (at === undefined) return null;
  const time = new Date(at);
  if (time.getTime() - now.getTime() <= FARTHEST_AHEAD) return time;
  throw new Refusal("invalid_request", "choose a time within the next two weeks", { at: "at" });
}

/** Refuses a time outside opening hours or in quiet hours. Not checked for repeats, whose first request was in time. */
function untimely(
  chosen: Date | null,
  timeZone: string | undefined,
  tenant: Tenant,
  target: Target,
  now: Date,
): Refusal | undefined {
  const hours = hoursOf(tenant, target);
  if (hours?.isOpen(chosen ?? now) === false) {
    const what = chosen === null ? "send a time of opening as at" : "choose a time when the target is open";
    return new Refusal("closed", what, { at: "at", opensAt: hours.nextOpening(now) });
  }
  // Immediate calls are allowed at any hour: the visitor is awake.
  const { quietHours } = tenant;
  if (chosen === null || timeZone === undefined || !quietHours || !isQuiet(quietHours, chosen, timeZone))
    return undefined;
  return new Refusal("quiet_hours", "choose a time outside the tenant's quiet hours", { at: "at" });
}

/** Finds the visitor's and the office's numbers, each from its source, and what a sealed number says about the call. */
async function numbersOf(
  request: CallRequest,
  tenant: Tenant,
  target: Target,
  { user, now }: Circumstances,
): Promise<
  Pick<AllowedCall, "visitorNumber" | "visitorCountry" | "officeNumber" | "officeIsOperator"> & {
    reference: string | undefined;
    check: Precondition | undefined;
  }
> {
  const office = officeSource(target);
  const wanted = {
    phone: target.visitor === "asked",
    sealedNumber: [target.visitor, office].includes("sealed"),
  };
  for (const member of ["phone", "sealedNumber"] as const) {
    if (request[member] === undefined || wanted[member]) continue;
    throw new Refusal("invalid_request", `the target takes no ${member}: leave it out`, { at: member });
  }
  const sealed = wanted.sealedNumber
    ? await openSealedNumber(request.sealedNumber ?? "", tenant, request.target, now)
    : undefined;
  const from = (source: Target["visitor"]): DialableNumber => {
    if (source === "asked") return dialableNumber(request.phone, tenant, "phone");
    if (source === "sealed") return dialableNumber(sealed?.phone, tenant, "sealedNumber");
    if (user === undefined) throw unidentified();
    return dialableNumber(user.phone, tenant, "token");
  };
  const visitor = from(target.visitor);
  return {
    visitorNumber: visitor.number,
    visitorCountry: visitor.country,
    officeNumber: office === "fixed" ? null : from(office).number,
    officeIsOperator: office === "identity",
    reference: sealed?.reference,
    check: sealed?.check,
  };
}

const unidentified = (): Refusal =>
  new Refusal("identity_required", "send an identity token as token to POST /session", { at: "token" });

const knownTo = (target: Target, variables: User["variables"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => target.variables.includes(name)));

function targetOf(tenant: Tenant, id: string, user: User | undefined): Target {
  // Own properties only, or "constructor" would be found as a target.
  const target = Object.hasOwn(tenant.targets, id) && mayUse(user, id) ? tenant.targets[id] : undefined;
  if (target === undefined)
    throw new Refusal("target_unknown", "the tenant has no such target", { at: "target" });
  return target;
}

/** Whether the user's token allows this target. */
export const mayUse = (user: Pick<User, "targets"> | undefined, target: string): boolean =>
  user?.targets?.includes(target) ?? true;

/** Removes the query string, which may hold names, mail addresses and tokens. */
function withoutQuery(page: string): string {
  const url = new URL(page);
  return url.origin + url.pathname;
}
