import { z } from "zod";
import type { ConfirmSend } from "../uis-client.js";
import type { Answer } from "./answer.js";
import { type ApiOptions, createConnection } from "./connection.js";
import type { NumberRule } from "./number-rules.js";

/** Telephone number in international format, digits only, for example `74990000000`. */
export type Digits = string;

/** A text to be spoken, or the id of a recording of the account, as text. */
export interface Message {
  type: "tts" | "media";
  value: string;
}

interface Start {
  /** Virtual number of the account. The contact sees it. */
  virtual_phone_number: Digits;
  virtual_phone_usage_rule?: NumberRule;
  /** The number that is called, or a SIP number. It must not be a virtual number of the account. */
  contact: string;
  /** The caller's own id of this call. UIS returns it in lists, reports and notifications. */
  external_id?: string;
  /** Digits, `*` and `#` that are dialled after the contact has answered. A dot is a pause of a second. */
  dtmf_string?: string;
  /** How reports and notifications class the call. UIS's default is `in`. */
  direction?: "in" | "out";
}

interface Talk extends Start {
  /** Whether the talk begins as soon as the second party answers, so that messages are cut off. Default: false. */
  switch_at_once?: boolean;
  /**
   * Whether the first party hears the line of the contact while it is dialled. Allowed only if the contact is called
   * second and `switch_at_once` is true. Default: false.
   */
  early_switching?: boolean;
  contact_message?: Message;
}

interface Direct extends Talk {
  /** Id of the recording that is played to a party without a message. */
  media_file_id?: number;
  /** Whether the operator sees the virtual number (the default) or the number of the contact. */
  show_virtual_phone_number?: boolean;
}

export interface StartSimpleCall extends Direct {
  first_call: "contact" | "operator";
  operator: Digits;
  /** Key that the operator has to press to take the call: a digit, `*`, `#`, or `any`. */
  operator_confirmation?: string;
  operator_message?: Message;
}

export interface StartEmployeeCall extends Direct {
  first_call: "contact" | "employee";
  /** Without a telephone number, all active numbers of the employee are called one after another. */
  employee: { id: number; phone_number?: string };
  employee_message?: Message;
}

export interface StartScenarioCall extends Talk {
  first_call: "contact" | "employee";
  scenario_id: number;
  employee_message?: Message;
}

export interface StartVnumberCall extends Talk {
  first_call: "contact" | "employee";
}

export interface StartInformerCall extends Start {
  contact_message: Message;
  /** Seconds for which the contact's phone rings: at most 120, default 30. */
  dialing_timeout?: number;
}

/** Number with which UIS names something, as text, because it may not fit into 32 bits. */
const Id = z.union([z.number(), z.string()]).transform(String);

const Started = z.object({ call_session_id: Id });
export type Started = z.infer<typeof Started>;

/** The documents show both `true` and `"true"`. */
const Done = z.object({ success: z.union([z.literal(true), z.literal("true")]) });

const Leg = z.object({
  leg_id: Id,
  calling_phone_number: z.string().nullish(),
  /** May end in the `dtmf_string` of the call, so it need not consist of digits. */
  called_phone_number: z.string().nullish(),
  is_operator: z.boolean(),
  employee_id: Id.nullish(),
  employee_full_name: z.string().nullish(),
  /** The vendor's word for the state of the leg, usually in Russian. The list of words is open. */
  state: z.string(),
});

const ActiveCall = z.object({
  call_session_id: Id,
  direction: z.string(),
  /** Time without a zone. It is the time of the account's zone. */
  start_time: z.string(),
  virtual_phone_number: z.string().nullish(),
  contact_phone_number: z.string().nullish(),
  external_id: z.string().nullish(),
  legs: z.array(Leg),
});
export type ActiveCall = z.infer<typeof ActiveCall>;

/** What a request that starts a call needs besides its parameters. */
export interface StartOptions {
  /** The JSON-RPC `id`. Give each attempt its own, and use it as `external_id` too. Default: a new UUID. */
  id?: string;
  /** Called when the connection is open and nothing has been sent. If it resolves with `false`, nothing is sent. */
  confirmSend?: ConfirmSend;
}

/** Seconds within which UIS must answer. A start does not wait for a phone to ring. */
const WITHIN = { start: 60, other: 15 };

/** Client of Call API v4.0 for one account. Its methods never throw and send each request at most once. */
export interface CallApi {
  /** Calls a telephone number and a contact. Component: basic set. */
  startSimpleCall(params: StartSimpleCall, options?: StartOptions): Promise<Answer<Started>>;
  /** Calls an employee of the account and a contact. Component: basic set. */
  startEmployeeCall(params: StartEmployeeCall, options?: StartOptions): Promise<Answer<Started>>;
  /** Calls a contact and runs a scenario of the account. Component: scenario call. */
  startScenarioCall(params: StartScenarioCall, options?: StartOptions): Promise<Answer<Started>>;
  /** Calls a contact and runs the scenario of the virtual number. Component: basic set. */
  startVnumberCall(params: StartVnumberCall, options?: StartOptions): Promise<Answer<Started>>;
  /** Calls a contact, plays a message and ends the call. Component: informer. */
  startInformerCall(params: StartInformerCall, options?: StartOptions): Promise<Answer<Started>>;
  /** Ends a call session. `call_session_not_found`: the session is over already. Component: basic set. */
  releaseCall(session: string): Promise<Answer<{ success: unknown }>>;
  /** Ends one leg. If it is the contact's leg, the session ends. Component: call control. */
  disconnectLeg(session: string, leg: string): Promise<Answer<{ success: unknown }>>;
  /** Lists all active calls of the account, without paging. Component: call control. */
  listCalls(filter?: {
    direction?: "in" | "out";
    virtual_phone_number?: Digits;
  }): Promise<Answer<ActiveCall[]>>;
}

/**
 * Creates a client of Call API v4.0.
 *
 * A request that starts a call is never repeated. If its answer is an error of the class `login`, nothing was
 * started, and the next request uses a new token. All other requests are repeated once with a new token.
 *
 * @throws Error when `url` is neither https nor on this machine, because requests contain the token
 */
export function createCallApi(options: ApiOptions): CallApi {
  const { request } = createConnection(options);
  const start = (
    method: string,
    params: object,
    { id, confirmSend }: StartOptions = {},
  ): Promise<Answer<Started>> =>
    request(method, params, Started, {
      within: WITHIN.start,
      ...(id !== undefined && { id }),
      ...(confirmSend !== undefined && { confirmSend }),
    });
  const control = (method: string, params: object) =>
    request(method, params, Done, { within: WITHIN.other, repeat: true });
  return {
    startSimpleCall: (params, given) => start("start.simple_call", params, given),
    startEmployeeCall: (params, given) => start("start.employee_call", params, given),
    startScenarioCall: (params, given) => start("start.scenario_call", params, given),
    startVnumberCall: (params, given) => start("start.vnumber_call", params, given),
    startInformerCall: (params, given) => start("start.informer_call", params, given),
    releaseCall: (session) => control("release.call", { call_session_id: Number(session) }),
    disconnectLeg: (session, leg) =>
      control("disconnect.leg", { call_session_id: Number(session), leg_id: Number(leg) }),
    listCalls: (filter = {}) =>
      request("list.calls", filter, z.array(ActiveCall), { within: WITHIN.other, repeat: true }),
  };
}
