import type { CallRequest } from "@uis-call/shared";
import { localized, type Target, type Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import { visitorNumber } from "./visitor-number.js";

/** A request that may become a call: everything in it decided by us, nothing by the page. */
export interface PermittedCall {
  target: string;
  visitorNumber: string;
  variables: Record<string, string>;
  page: string | null;
  consentText: string | null;
  scheduledFor: Date | null;
}

/** How far ahead a call may be asked for, in milliseconds. */
const FARTHEST_AHEAD = 14 * 24 * 60 * 60_000;

/**
 * Holds a request against the tenant's rules: target, variables, consent, number, in this order.
 *
 * @throws Refusal with the first rule it breaks
 */
export function permitCall(request: CallRequest, tenant: Tenant, locale: string, now: Date): PermittedCall {
  const target = targetOf(tenant, request.target);
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
  return {
    target: request.target,
    visitorNumber: visitorNumber(request.phone, tenant),
    variables,
    page: request.page === undefined ? null : withoutQuery(request.page),
    scheduledFor: request.at === undefined ? null : timeChosen(request.at, now),
    consentText: tenant.consent === undefined ? null : localized(tenant.consent.text, locale, tenant.locale),
  };
}

/** Whether it is past already is the ledger's to say, which knows a repeat when it sees one. */
function timeChosen(at: string, now: Date): Date {
  const time = new Date(at);
  if (time.getTime() - now.getTime() <= FARTHEST_AHEAD) return time;
  throw new Refusal("invalid_request", "choose a time within the next two weeks", { at: "at" });
}

function targetOf(tenant: Tenant, id: string): Target {
  // Own properties only: "constructor" is nobody's target.
  const target = Object.hasOwn(tenant.targets, id) ? tenant.targets[id] : undefined;
  if (target === undefined)
    throw new Refusal("target_unknown", "the tenant has no such target", { at: "target" });
  return target;
}

/** Query strings carry names, mail addresses and tokens; where the visitor was is enough. */
function withoutQuery(page: string): string {
  const url = new URL(page);
  return url.origin + url.pathname;
}
