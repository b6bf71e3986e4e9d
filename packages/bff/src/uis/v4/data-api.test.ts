import { afterEach, beforeEach, expect, it } from "vitest";
import { Secret } from "../../config/secret.js";
import type { CallReport } from "../call-report.js";
import { createDataApi, type DataApi } from "./data-api.js";
import { PAIRS, type Pair, pairOf, UisAnswers } from "./fixtures.harness.js";
import { apiRequestReports, callRecordReports, legRecordReports } from "./reports.js";

const SPAN = { from: "2026-12-01 09:00:00", till: "2026-12-01 12:00:00" };

let uis: UisAnswers;
let api: DataApi;
beforeEach(async () => {
  uis = await UisAnswers.start();
  const token = new Secret("k3y-of-the-account-not-a-real-one-0000000");
  api = createDataApi({ url: `${uis.url}/v2.0`, access: { token } });
});
afterEach(() => uis.stop());

/** Sends the request of a pair with the client's methods. Returns the answer, and the reports made of it. */
async function ask({
  request: { method, params },
}: Pair): Promise<{ answer: unknown; reports?: CallReport[] }> {
  const valuesOf = (filter: unknown): string[] => {
    const { value, filters = [] } = filter as { value?: string | string[]; filters?: object[] };
    return value === undefined ? filters.flatMap(valuesOf) : [value].flat().map(String);
  };
  switch (method) {
    case "get.account":
      return { answer: await api.getAccount() };
    case "get.media_files":
      return { answer: await api.getMediaFiles(valuesOf(params["filter"])[0] ?? "") };
    case "get.calls_report": {
      const externalIds = valuesOf(params["filter"] ?? { value: "an-id" });
      const answer = await api.getCallsReport(SPAN, { externalIds });
      return { answer, ...(answer.kind === "result" && { reports: callRecordReports(answer.data) }) };
    }
    case "get.call_legs_report": {
      const answer = await api.getCallLegsReport(SPAN, valuesOf(params["filter"]));
      return { answer, ...(answer.kind === "result" && { reports: legRecordReports(answer.data) }) };
    }
    default: {
      const [filter] = params["filters"] as object[];
      const answer = await api.getApiRequests(SPAN, Number(params["report_id"]), valuesOf(filter));
      return { answer, ...(answer.kind === "result" && { reports: apiRequestReports(answer.data) }) };
    }
  }
}

const METHODS = [
  ...["get.account", "get.media_files", "get.calls_report", "get.call_legs_report", "get.api_requests"],
];

it.each(PAIRS.filter(({ api, request }) => api === "data" && METHODS.includes(request.method)))(
  "a request of Data API v2.0 has documented parameters, and its answer is read: $name",
  async (pair) => {
    uis.prepare(pair);
    const { answer } = await ask(pair);
    const { error } = pair.response;
    expect(answer).toMatchObject(
      error
        ? { kind: "error", error: { mnemonic: error.data.mnemonic, class: "defect" } }
        : { kind: "result" },
    );
    const { fields = [], ...others } = uis.requests[0]?.params ?? {};
    const sent = Object.entries(others).filter(([name]) => !/^filter|^include/.test(name));
    expect(pair.request.params).toMatchObject(error ? {} : Object.fromEntries(sent));
    const documented = PAIRS.filter(({ request }) => request.method === pair.request.method).flatMap(
      ({ request, response }) => [
        ...((request.params["fields"] as string[] | undefined) ?? []),
        ...Object.keys((response.result?.data as object[] | undefined)?.[0] ?? {}),
      ],
    );
    expect([...documented, "employee_id"]).toEqual(expect.arrayContaining(fields as string[]));
  },
);

it.each<[string, Partial<CallReport>]>([
  ["get.calls_report: visitor busy", { ended: { reason: "visitor_no_answer", talkSeconds: 0 } }],
  ["get.calls_report: visitor did not answer", { ended: { reason: "visitor_no_answer", talkSeconds: 0 } }],
  ["get.calls_report: office did not answer", { ended: { reason: "office_no_answer", talkSeconds: 0 } }],
  ["get.calls_report: forbidden by the security rules", { ended: { reason: "refused", talkSeconds: 0 } }],
  ["get.calls_report: they talked", { ended: { reason: "visitor_hung_up", talkSeconds: 0 } }],
])("a record says how a call ended: %s", async (name, expected) => {
  uis.prepare(pairOf(name));
  const { reports } = await ask(pairOf(name));
  expect(reports).toEqual([expect.objectContaining({ source: "report", ...expected })]);
});

it("a record of a call that is going on names its session and no end", async () => {
  const pair = pairOf("get.calls_report: still going on");
  uis.prepare(pair);
  expect((await ask(pair)).reports).toEqual([
    { source: "report", attempt: "01JE0000000000000000000016", session: "237859086" },
  ]);
  expect(uis.requests[0]?.params).toMatchObject({ include_ongoing_calls: true });
});

it("a record with seconds of talk says that the two talked, whatever the reason is", () => {
  const record = { id: "1", finish_time: "2026-12-01 10:20:30", talk_duration: 7 };
  for (const finish_reason of [
    "success_finish",
    "operator_disconnects",
    "no_success_operator_call",
    null,
    "new",
  ])
    expect(callRecordReports([{ ...record, finish_reason }])[0]?.ended).toEqual({
      reason: "talked",
      talkSeconds: 7,
    });
});

it("the records of the legs say who answered, and whether the visitor's phone rang", async () => {
  const pair = pairOf("get.call_legs_report: visitor busy");
  uis.prepare(pair);
  expect((await ask(pair)).reports).toEqual([
    {
      source: "legs",
      session: "237859082",
      office: "answered",
      visitor: "ringing",
      visitorNeverRang: false,
    },
  ]);
  const office = { id: "1", call_session_id: "2", is_operator: true, connect_time: null };
  expect(legRecordReports([office])).toMatchObject([
    { office: "ringing", visitor: "none", visitorNeverRang: true },
  ]);
});

it("the log of requests names the session of a start, and proves a refusal", async () => {
  uis.prepare(pairOf("get.api_requests: started"));
  uis.prepare(pairOf("get.api_requests: refused"));
  expect((await ask(pairOf("get.api_requests: started"))).reports).toEqual([
    { source: "requests", attempt: "01JE0000000000000000000011", session: "237859081" },
  ]);
  expect((await ask(pairOf("get.api_requests: refused"))).reports).toEqual([
    {
      source: "requests",
      attempt: "01JE0000000000000000000017",
      refused: { mnemonic: "contact_in_blacklist" },
    },
  ]);
});

it("several ids are asked for at once", async () => {
  uis.prepare(pairOf("get.calls_report: several at once"));
  await api.getCallsReport(SPAN, { externalIds: ["one", "two"] });
  expect(uis.requests[0]?.params["filter"]).toEqual({
    condition: "or",
    filters: ["one", "two"].map((value) => ({ field: "call_api_external_id", operator: "=", value })),
  });
});
