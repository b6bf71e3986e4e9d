import type { CallRequest } from "@uis-call/shared";
import { type Precondition, firstRefusal } from "../calls/ledger.js";
import { hoursOf, localized, officeSource, type Target, type Tenant } from "../config/configuration.js";
import { isTimeZone } from "../config/opening-hours.js";
import { isQuiet } from "../config/quiet-hours.js";
import { Refusal } from "../refusal.js";
import { openSealedNumber } from "./sealed-number.js";
import { type DialableNumber, dialableNumber } from "./dialable-number.js";

/** A request that may become a call: everything in it decided by us, nothing by the page. */
export interface AllowedCall {
  target: string;
  reference: string | null;
  visitorNumber: string;
  /** ISO 3166, of the visitor's number. */
  visitorCountry: string;
  /** Where the configuration does not have it. */
  officeNumber: string | null;
  officeIsOperator: boolean;
  identity: string | null;
  /** Has to hold in the transaction that writes the call down. */
  check: Precondition;
  variables: Record<string, string>;
  page: string | null;
  consentText: string | null;
  scheduledFor: Date | null;
}

/** Who asks, if the host site vouches for somebody. */
export interface User {
  id: string;
  /** E.164. */
  phone?: string;
  /** The only ones this user may use; all when absent. */
  targets?: readonly string[];
  /** What the user's calls are about; goes before the page's. */
  reference?: string;
  /** Go before the page's. */
  variables?: Readonly<Record<string, string>>;
}

export interface Circumstances {
  user: User | undefined;
  locale: string;
  now: Date;
}

/** How far ahead a call may be asked for, in milliseconds. */
const FARTHEST_AHEAD = 14 * 24 * 60 * 60_000;

/**
 * Holds a request against the tenant's rules: user, target, variables, consent, numbers, hours, in this order.
 *
 * @throws Refusal with the first rule it breaks
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
    // The page may have been changed by its visitor, what a token says may not.
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
 * When to call: at once, or at the time chosen. Whether that is past already is the ledger's to say, which knows a repeat
 * when it sees one.
 */
function timeOf({ at, timeZone }: CallRequest, now: Date): Date | null {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new Refusal("invalid_request", "send an IANA time zone, or none", { at: "timeZone" });
  if (at === undefined) return null;
  const time = new Date(at);
  if (time.getTime() - now.getTime() <= FARTHEST_AHEAD) return time;
  throw new Refusal("invalid_request", "choose a time within the next two weeks", { at: "at" });
}

/** Why nobody is to be called then. Of a repeat it is not asked: that was in time when it was first sent. */
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
  // To be called at once is the visitor's own wish, whatever the hour.
  const { quietHours } = tenant;
  if (chosen === null || timeZone === undefined || !quietHours || !isQuiet(quietHours, chosen, timeZone))
    return undefined;
  return new Refusal("quiet_hours", "choose a time when nobody sleeps there", { at: "at" });
}

/** The two numbers, each from where the target has it from, and what a sealed one says of the call. */
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
  // Own properties only: "constructor" is nobody's target.
  const target = Object.hasOwn(tenant.targets, id) && mayUse(user, id) ? tenant.targets[id] : undefined;
  if (target === undefined)
    throw new Refusal("target_unknown", "the tenant has no such target", { at: "target" });
  return target;
}

/** Whether the user's token leaves them this target. */
export const mayUse = (user: Pick<User, "targets"> | undefined, target: string): boolean =>
  user?.targets?.includes(target) ?? true;

/** Query strings carry names, mail addresses and tokens; where the visitor was is enough. */
function withoutQuery(page: string): string {
  const url = new URL(page);
  return url.origin + url.pathname;
}
