import type { EndReason } from "../call-report.js";

/**
 * The vendor's reasons for the end of a call session, by what they mean (Data API v2.0, `finish_reason` of
 * `get.calls_report`). An asterisk stands for any text. The vendor's list is open.
 */
const REASONS: Partial<Record<EndReason, readonly string[]>> = {
  visitor_busy: ["subscriber_busy"],
  visitor_no_answer: [
    "no_success_subscriber_call",
    "subscriber_not_responsible",
    "subscriber_number_problems",
  ],
  visitor_hung_up: ["subscriber_disconnects"],
  office_busy: ["operator_busy", "operator_channels_busy", "employee_busy", "employee_busy_after_call"],
  office_no_answer: [
    "no_success_operator_call",
    "operator_not_responsible",
    "operator_number_problems",
    "no_operator_confirmation",
    "timeout",
    "sip_offline",
    "employee_inactive",
    "employee_phone_inactive",
    "employee_not_exists",
    "employee_without_phones",
    "employee_status_*",
    "*_by_schedule",
  ],
  refused: [
    "numa_in_black_list",
    "numa_in_spam_list",
    "numa_dnd_interval",
    "locked_numb",
    "call_not_allowed_on_tp",
    "out_call_not_allowed*",
    "external_call_not_allowed*",
    "not_enough_money",
    "no_money",
    "limit_exceeded",
    "no_resources",
    "max_out_call_reached",
    "component_is_inactive",
    "api_permission_denied",
    "api_ip_now_allowed",
    "app_is_inactive",
    "numb_not_exists",
    "numb_is_inactive",
    "no_active_scenario",
    "scenario_not_found",
    "incorrect_config",
  ],
};

/**
 * Returns why a session ended. Whether the two parties talked is decided by the seconds of talk, because
 * `subscriber_disconnects` also stands for a visitor who hung up while the office's phone was ringing. A reason that is
 * not known is `not_connected`.
 */
export function endReasonOf(finishReason: string | null | undefined, talkSeconds: number): EndReason {
  if (talkSeconds > 0) return "talked";
  const found = Object.entries(REASONS).find(([, patterns]) =>
    patterns.some((pattern) => fits(finishReason ?? "", pattern)),
  );
  return (found?.[0] as EndReason | undefined) ?? "not_connected";
}

function fits(reason: string, pattern: string): boolean {
  if (pattern.startsWith("*")) return reason.endsWith(pattern.slice(1));
  return pattern.endsWith("*") ? reason.startsWith(pattern.slice(0, -1)) : reason === pattern;
}
