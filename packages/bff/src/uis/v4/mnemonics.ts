/**
 * What the error of a UIS method means for its caller (Call API v4.0, "Коды ошибок"). All classes except `unclear`
 * prove that UIS did not do what the request asked for.
 *
 * - `login`: the token is unknown, or the hour of a session token is over. A new login may help.
 * - `wait`: the account has used up its points. Trying later may help.
 * - `configuration`: the account, its rights, its numbers or its settings. Only the account's administrator can help.
 * - `call`: this one call cannot be made.
 * - `state`: the call session or the leg is over, or is not in the right state.
 * - `defect`: the request was invalid. The caller's code has to change.
 * - `unclear`: the error does not say whether UIS did it.
 */
export type ErrorClass = "login" | "wait" | "configuration" | "call" | "state" | "defect" | "unclear";

/** The documented mnemonics of Call API v4.0 and Data API v2.0, in both spellings where the documents have two. */
const CLASSES: Record<string, ErrorClass> = {
  access_token_invalid: "login",
  limit_exceeded: "wait",
  access_token_expired: "configuration",
  access_token_blocked: "configuration",
  auth_error: "configuration",
  ip_not_whitelisted: "configuration",
  forbidden: "configuration",
  component_disabled: "configuration",
  method_component_disabled: "configuration",
  parameter_component_disabled: "configuration",
  tariff_restrictions: "configuration",
  account_inactive: "configuration",
  virtual_phone_number_not_found: "configuration",
  employee_not_found: "configuration",
  no_active_phone_number: "configuration",
  scenario_not_found: "configuration",
  media_file_not_found: "configuration",
  tts_text_exceeded: "configuration",
  own_virtual_phone_number_not_allowed: "call",
  contact_in_blacklist: "call",
  invalid_parameter_value: "defect",
  data_type_error: "defect",
  required_parameter_missed: "defect",
  unexpected_parameters: "defect",
  invalid_parameters_combination: "defect",
  character_encoding_not_allowed: "defect",
  parse_error: "defect",
  invalid_request: "defect",
  method_not_found: "defect",
  batch_opreations_not_supported: "defect",
  batch_operations_not_supported: "defect",
  notifications_not_supported: "defect",
  filter_prohibited: "defect",
  sort_prohibited: "defect",
  date_interval_limit_reached: "defect",
  data_limit_exceeded: "defect",
  invalid_state: "state",
  call_session_not_found: "state",
  leg_not_found: "state",
  tag_not_found: "state",
  duplicate_tag: "state",
  coach_not_found: "state",
  record_already_started: "state",
  record_already_stopped: "state",
  duplicate_contact: "state",
  talk_option_not_found: "state",
  entity_not_found: "state",
  internal_error: "unclear",
  error: "unclear",
};

/**
 * Groups of error codes whose meaning alone proves that UIS did nothing, also with a mnemonic that is not documented.
 * The groups -32602 and -32603 prove nothing, so they are not listed.
 */
const GROUPS: Record<number, ErrorClass> = {
  [-32700]: "defect",
  [-32600]: "defect",
  [-32601]: "defect",
  [-32099]: "defect",
  [-32001]: "configuration",
  [-32002]: "call",
  [-32003]: "configuration",
  [-32004]: "state",
  [-32007]: "configuration",
  [-32008]: "configuration",
  [-32009]: "configuration",
  [-32029]: "wait",
};

/**
 * Returns the class of an error. The mnemonic decides, because the same mnemonic comes with different codes. The code
 * decides only where the mnemonic is missing or not documented.
 */
export function classOf(code: number, mnemonic: string | undefined): ErrorClass {
  const documented =
    mnemonic !== undefined && Object.hasOwn(CLASSES, mnemonic) ? CLASSES[mnemonic] : undefined;
  return documented ?? GROUPS[code] ?? "unclear";
}

/** What the administrator of the UIS account has to do, by mnemonic. Operators read it in the log. */
const REMEDIES: Record<string, string> = {
  ip_not_whitelisted:
    "add this server's address to the list of addresses that may use the API (Account > Rules and security settings > API)",
  forbidden: "give the user the right to use the Call API (the account's administrator can)",
  component_disabled: "buy or switch on this component of the account",
  method_component_disabled: "buy or switch on this component of the account",
  account_inactive: "ask the support of UIS why the account is switched off",
  access_token_expired: "make a new key in the settings of the user",
  access_token_blocked: "unblock the key in the settings of the user, or make a new one",
  access_token_invalid: "check the key: UIS does not know it",
  auth_error: "check the login and the password, and whether the address belongs to the brand of the account",
  virtual_phone_number_not_found: "use a virtual number of this account as `serviceNumber`",
  employee_not_found: "use the id of an employee of this account",
  no_active_phone_number: "give the employee a telephone number and switch the number on",
  scenario_not_found: "use the id of a scenario of this account",
  media_file_not_found: "use a recording of this account",
  tts_text_exceeded: "shorten the spoken message",
};

/** Returns what the account's administrator has to do about an error, or undefined if the mnemonic does not tell. */
export const remedyFor = (mnemonic: string | undefined): string | undefined =>
  mnemonic !== undefined && Object.hasOwn(REMEDIES, mnemonic) ? REMEDIES[mnemonic] : undefined;
