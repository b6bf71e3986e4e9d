import { afterEach, beforeEach, expect, it } from "vitest";
import { Secret } from "../../config/secret.js";
import { type ActiveCall, createCallApi } from "./call-api.js";
import { pairOf, UisAnswers } from "./fixtures.harness.js";
import { endReasonOf } from "./finish-reasons.js";
import { activeCallReports } from "./reports.js";

let uis: UisAnswers;
beforeEach(async () => (uis = await UisAnswers.start()));
afterEach(() => uis.stop());

it.each([
  ["list.calls: the office rings", { office: "ringing", visitor: "none", talking: false }],
  [
    "list.calls: the office has answered, the visitor rings",
    { office: "answered", visitor: "ringing", talking: false },
  ],
  ["list.calls: both talk", { office: "answered", visitor: "answered", talking: true }],
])("the list of active calls tells how far the legs have come: %s", async (name, expected) => {
  uis.prepare(pairOf(name));
  const token = new Secret("k3y-of-the-account-not-a-real-one-0000000");
  const answer = await createCallApi({ url: uis.url, access: { token } }).listCalls();
  if (answer.kind !== "result") throw new Error(answer.kind);
  expect(activeCallReports(answer.data)).toContainEqual(
    expect.objectContaining({ source: "active", attempt: "01JE0000000000000000000001", ...expected }),
  );
});

const leg = (is_operator: boolean, state: string) => ({ leg_id: "1", is_operator, state });
const call = (legs: ActiveCall["legs"]): ActiveCall => ({
  ...{ call_session_id: "7", direction: "out", start_time: "2026-12-01 10:20:30", external_id: null },
  legs,
});

it.each([
  ["Дозвон", undefined, { office: "ringing", visitor: "none" }],
  ["Dial", undefined, { office: "ringing", visitor: "none" }],
  ["На очереди", "На удержании", { office: "ringing", visitor: "answered", queued: true }],
  ["Next in line", "Разговор", { queued: true }],
  ["На удержании", "Дозвон", { office: "answered", visitor: "ringing" }],
  ["Дозвон", "Разговор", { office: "ringing", visitor: "answered", talking: false }],
  ["Conversation", "Talking", { office: "answered", visitor: "answered", talking: true }],
  ["a word that is not documented", "Дозвон", { office: "answered", visitor: "ringing" }],
])("legs with the states %s and %s are read", (office, visitor, expected) => {
  const legs = [leg(true, office), ...(visitor === undefined ? [] : [leg(false, visitor)])];
  expect(activeCallReports([call(legs)])).toEqual([expect.objectContaining({ session: "7", ...expected })]);
});

it("nothing is said of the level of a party whose legs are all disconnected", () => {
  const [report] = activeCallReports([call([leg(true, "Разъединено"), leg(false, "Разговор")])]);
  expect(report).toMatchObject({ visitor: "answered" });
  expect(report).not.toHaveProperty("office");
});

it("a party with a second leg that rings has the level of the best leg", () => {
  const [report] = activeCallReports([call([leg(true, "Дозвон"), leg(true, "Разговор")])]);
  expect(report).toMatchObject({ office: "answered" });
});

it.each([
  ["subscriber_busy", "visitor_busy"],
  ["subscriber_not_responsible", "visitor_no_answer"],
  ["subscriber_disconnects", "visitor_hung_up"],
  ["operator_busy", "office_busy"],
  ["operator_not_responsible", "office_no_answer"],
  ["no_operator_confirmation", "office_no_answer"],
  ["employee_status_dnd", "office_no_answer"],
  ["employee_not_available_by_schedule", "office_no_answer"],
  ["out_call_not_allowed_in_tariff", "refused"],
  ["not_enough_money", "refused"],
  ["locked_numb", "refused"],
  ["api_ip_now_allowed", "refused"],
  ["success_finish", "not_connected"],
  ["operator_disconnects", "not_connected"],
  ["internal_error", "not_connected"],
  ["a_reason_that_is_new", "not_connected"],
  ["toString", "not_connected"],
  [null, "not_connected"],
])("the reason %s without talk is %s", (reason, expected) => {
  expect(endReasonOf(reason, 0)).toBe(expected);
});
