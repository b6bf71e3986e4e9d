import type { CallOrder, SpokenMessage } from "../uis-client.js";
import type { CallApi, Digits, Message, Started, StartOptions } from "./call-api.js";
import type { Answer } from "./answer.js";
import type { NumberRule } from "./number-rules.js";

/**
 * A call that UIS is to place through Call API v4.0. Numbers are in E.164 form with `+`. Forwarding groups and queues
 * are not part of an order: with v4.0 they belong to a scenario of the account.
 */
export interface V4Order extends Omit<CallOrder, "attempt" | "office" | "firstCall" | "queueTimeout"> {
  /** Id of the attempt, which no other attempt has. It is the JSON-RPC `id` and the `external_id`. */
  id: string;
  /** A telephone number, an employee of the account, or a scenario of the account, by their ids at UIS. */
  office: string | { employee: number } | { scenario: number };
  firstCall: "office" | "visitor";
  /** Key that the operator has to press to take the call: a digit, `*`, `#`, or `any`. Only for a telephone number. */
  confirm?: string;
  /** Whether the office hears the visitor's line while it is dialled. Needs `firstCall: office` and `switchAtOnce`. */
  earlySwitching?: boolean;
  /** How UIS's reports class the call. Default: `out`. */
  direction?: "in" | "out";
  numberRule?: NumberRule;
}

/** Id of a recording at UIS by the name that the order uses. */
export type MediaIds = ReadonlyMap<string, number>;

/** Returns the names of all recordings that an order uses. */
export const recordingsOf = ({ visitorMessage, officeMessage, holdMusic, office }: V4Order): string[] => [
  ...[visitorMessage, officeMessage].flatMap((message) =>
    message !== undefined && "media" in message ? [message.media] : [],
  ),
  ...(holdMusic === undefined || isScenario(office) ? [] : [holdMusic]),
];

/**
 * Returns the rule of Call API v4.0 that an order breaks (Call API v4.0, `start.*`). Returns undefined for an order that
 * breaks none.
 */
export function brokenRule(order: V4Order): string | undefined {
  const { office, firstCall, switchAtOnce, earlySwitching, confirm, id } = order;
  if (id === "") return "id: each attempt needs an id";
  if (earlySwitching === true && !(firstCall === "office" && switchAtOnce))
    return "earlySwitching: needs `firstCall: office` and `switchAtOnce: true`";
  if (confirm !== undefined && typeof office !== "string") return "confirm: only for a telephone number";
  if (confirm !== undefined && !/^(?:[\d*#]|any)$/.test(confirm))
    return "confirm: a digit, `*`, `#` or `any`";
  return undefined;
}

/** Starts the call of an order with the method that fits its office. The names of recordings must be among `media`. */
export function startCall(
  api: CallApi,
  order: V4Order,
  media: MediaIds,
  confirmSend: StartOptions["confirmSend"],
): Promise<Answer<Started>> {
  const { office, officeMessage, visitorMessage } = order;
  const options: StartOptions = { id: order.id, ...(confirmSend !== undefined && { confirmSend }) };
  const first = <Office extends string>(name: Office) =>
    order.firstCall === "office" ? name : ("contact" as const);
  const shared = {
    virtual_phone_number: digits(order.serviceNumber),
    contact: digits(order.visitor),
    external_id: order.id,
    // UIS's default would class the call as incoming.
    direction: order.direction ?? ("out" as const),
    switch_at_once: order.switchAtOnce,
    ...(order.earlySwitching === true && { early_switching: true }),
    ...(order.numberRule !== undefined && { virtual_phone_usage_rule: order.numberRule }),
    ...(visitorMessage !== undefined && { contact_message: messageOf(visitorMessage, media) }),
  };
  const ofEmployee = officeMessage === undefined ? {} : { employee_message: messageOf(officeMessage, media) };
  if (isScenario(office))
    return api.startScenarioCall(
      { ...shared, ...ofEmployee, first_call: first("employee"), scenario_id: office.scenario },
      options,
    );
  const music = order.holdMusic === undefined ? undefined : media.get(order.holdMusic);
  const direct = {
    ...shared,
    show_virtual_phone_number: order.officeSeesServiceNumber,
    ...(music !== undefined && { media_file_id: music }),
  };
  if (typeof office === "object")
    return api.startEmployeeCall(
      { ...direct, ...ofEmployee, first_call: first("employee"), employee: { id: office.employee } },
      options,
    );
  return api.startSimpleCall(
    {
      ...direct,
      first_call: first("operator"),
      operator: digits(office),
      ...(order.confirm !== undefined && { operator_confirmation: order.confirm }),
      ...(officeMessage !== undefined && { operator_message: messageOf(officeMessage, media) }),
    },
    options,
  );
}

const isScenario = (office: V4Order["office"]): office is { scenario: number } =>
  typeof office === "object" && "scenario" in office;

/** Converts a message. UIS wants the id of a recording as text here, and as a number in `media_file_id`. */
const messageOf = (spoken: SpokenMessage, media: MediaIds): Message =>
  "text" in spoken
    ? { type: "tts", value: spoken.text }
    : { type: "media", value: String(media.get(spoken.media)) };

const digits = (number: string): Digits => number.replaceAll(/\D/g, "");
