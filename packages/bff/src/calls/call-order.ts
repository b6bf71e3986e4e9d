import { type Message, officeSource, type Target, type Tenant } from "../config/configuration.js";
import type { Group } from "../config/forwarding-groups.js";
import { judgeNumber } from "../config/number-rules.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow } from "../store/tables.js";
import type { CallOrder, SpokenMessage } from "../uis/uis-client.js";
import { spokenMessage, type SpokenValues, spokenValues } from "./message-text.js";
import { type OptOutNotice, withNotice } from "./opt-out-notices.js";

/**
 * Builds the order for UIS from the call and the tenant's current configuration. Returns undefined if the
 * configuration no longer allows the call.
 */
export function orderFor(
  call: CallRow,
  tenant: Tenant,
  cipher: NumberCipher,
  attempt: number,
  notice?: OptOutNotice,
): CallOrder | undefined {
  const target = Object.hasOwn(tenant.targets, call.target) ? tenant.targets[call.target] : undefined;
  // A call has no number only after it was erased, and only calls that are over are erased.
  if (target === undefined || call.visitor_number === null) return undefined;
  if (!mayStillCall(call, target, tenant)) return undefined;
  const visitor = cipher.decrypt(call.visitor_number);
  const office = officeOf(call, target, tenant, cipher);
  // A visitor could have typed any number when the target still asked for it.
  if (call.visitor_source !== target.visitor || office === undefined) return undefined;
  if (!judgeNumber(visitor, tenant.numbers, "visitor").allowed) return undefined;
  const values = spokenValues(JSON.parse(call.variables) as Record<string, string>, call.identity === null);
  const { holdMusic, queue } = target;
  const own = messageIfAny(target.visitorMessage, values, call.locale, tenant);
  // Uses the tenant's language, because the office may not understand the visitor's language.
  const officeMessage = messageIfAny(target.officeMessage, values, tenant.locale, tenant);
  const visitorMessage = notice === undefined ? own : withNotice(own, notice, call.locale, tenant);
  return {
    attempt,
    visitor,
    office,
    serviceNumber: tenant.serviceNumber,
    firstCall: target.firstCall,
    // Does not switch at once if there is a notice: switching cuts the message off, and the notice must be
    // heard to its end.
    switchAtOnce: target.switchAtOnce && notice === undefined,
    officeSeesServiceNumber: target.officeSeesServiceNumber,
    ...(visitorMessage && { visitorMessage }),
    ...(officeMessage && { officeMessage }),
    ...(holdMusic !== undefined && { holdMusic }),
    ...(queue && { queueTimeout: queue.timeout }),
  };
}

/**
 * Returns the message as it is spoken. Returns undefined if no letter or digit is left in it once the variables
 * are filled in, because UIS refuses calls with an empty message.
 */
function messageIfAny(
  message: Message | undefined,
  values: SpokenValues,
  locale: string,
  tenant: Tenant,
): SpokenMessage | undefined {
  const spoken = message && spokenMessage(message, values, locale, tenant);
  return spoken !== undefined && "text" in spoken && !/[\p{L}\p{N}]/u.test(spoken.text) ? undefined : spoken;
}

/**
 * Whether the call may still be dialled. An anonymous call may not be dialled if the tenant or the target now
 * requires identity.
 */
const mayStillCall = (call: CallRow, { office, visitor }: Target, { identity }: Tenant): boolean =>
  call.identity !== null || (identity?.required !== true && office !== "identity" && visitor !== "identity");

/**
 * Returns the office number. This is the configured number or, if the target still takes the number from the same
 * source, the number in the request.
 */
function officeOf(
  call: CallRow,
  target: Target,
  tenant: Tenant,
  cipher: NumberCipher,
): string | Group[] | undefined {
  const brought = call.office_number === null ? "fixed" : call.operator_hash === null ? "sealed" : "identity";
  if (officeSource(target) !== brought) return undefined;
  if (call.office_number === null) return target.office;
  const number = cipher.decrypt(call.office_number);
  return judgeNumber(number, tenant.numbers, "office").allowed ? number : undefined;
}
