import type { CallReport, LegLevel } from "../call-report.js";
import type { ActiveCall } from "./call-api.js";
import type { ApiRequest, CallRecord, LegRecord } from "./data-api.js";
import { endReasonOf } from "./finish-reasons.js";

/**
 * The vendor's words for states of legs that matter here (Call API v4.0, `list.calls`). The Russian words are the ones
 * that UIS sends. The English ones stand in the English documents.
 */
const STATES = {
  ringing: ["Дозвон", "Dial"],
  over: ["Разъединено", "Disconnected"],
  queued: ["На очереди", "Next in line"],
  talking: ["Разговор", "Conversation", "Talking"],
};

/** Makes reports of the account's active calls. A call that is missing in the list has ended, or has not begun yet. */
export const activeCallReports = (calls: readonly ActiveCall[]): CallReport[] =>
  calls.map(({ call_session_id, external_id, legs }) => {
    const [office, visitor] = [true, false].map((side) => legs.filter((leg) => leg.is_operator === side));
    const talks = (side: ActiveCall["legs"] = []): boolean =>
      side.some(({ state }) => STATES.talking.includes(state));
    return {
      source: "active",
      ...attemptOf(external_id),
      session: call_session_id,
      ...levelOf("office", office),
      ...levelOf("visitor", visitor),
      queued: legs.some(({ state }) => STATES.queued.includes(state)),
      talking: talks(office) && talks(visitor),
    };
  });

/** Returns the level of a party. If all legs of the party are disconnected, nothing is known about the level. */
function levelOf(
  party: "office" | "visitor",
  legs: ActiveCall["legs"] = [],
): Partial<Record<"office" | "visitor", LegLevel>> {
  if (legs.length === 0) return { [party]: "none" };
  const current = legs.filter(({ state }) => !STATES.over.includes(state));
  if (current.length === 0) return {};
  const rings = current.every(({ state }) => [...STATES.ringing, ...STATES.queued].includes(state));
  return { [party]: rings ? "ringing" : "answered" };
}

/** Makes reports of records of calls. A record without a reason and a time of its end is of a call that is going on. */
export const callRecordReports = (records: readonly CallRecord[]): CallReport[] =>
  records.map(({ id, call_api_external_id, finish_time, finish_reason, talk_duration }) => {
    const hasEnded = finish_time != null || finish_reason != null;
    const talkSeconds = talk_duration ?? 0;
    return {
      source: "report",
      ...attemptOf(call_api_external_id),
      session: id,
      ...(hasEnded && { ended: { reason: endReasonOf(finish_reason, talkSeconds), talkSeconds } }),
    };
  });

/**
 * Makes one report per call session of the records of its legs. Only call this with all legs of a session that has
 * ended: a missing leg of the visitor then proves that the visitor's phone has not rung.
 */
export function legRecordReports(records: readonly LegRecord[]): CallReport[] {
  const sessions = new Map<string, LegRecord[]>();
  for (const record of records) {
    const legs = sessions.get(record.call_session_id) ?? [];
    sessions.set(record.call_session_id, [...legs, record]);
  }
  return [...sessions].map(([session, legs]) => {
    const [office, visitor] = [true, false].map((side) => legs.filter((leg) => leg.is_operator === side));
    const level = (side: LegRecord[] = []): LegLevel => {
      if (side.some(({ connect_time }) => connect_time != null)) return "answered";
      return side.length === 0 ? "none" : "ringing";
    };
    const answered = office?.find(
      ({ connect_time, employee_id }) => connect_time != null && employee_id != null,
    );
    return {
      source: "legs",
      session,
      office: level(office),
      visitor: level(visitor),
      visitorNeverRang: visitor?.length === 0,
      ...(answered?.employee_id != null && { answeredBy: answered.employee_id }),
    };
  });
}

/** Makes reports of rows of the account's log of API requests. Rows that are neither success nor failure are left out. */
export const apiRequestReports = (rows: readonly ApiRequest[]): CallReport[] =>
  rows.flatMap((row): CallReport[] => {
    const about = { source: "requests" as const, ...attemptOf(row.api_request_raw_ext_id) };
    const { value_id } = row.api_request_status;
    if (value_id === "success" && row.call_session_id != null)
      return [{ ...about, session: row.call_session_id }];
    const mnemonic = row.api_request_error_mnemonic;
    if (value_id === "failure") return [{ ...about, refused: mnemonic == null ? {} : { mnemonic } }];
    return [];
  });

const attemptOf = (externalId: string | null | undefined): { attempt?: string } =>
  externalId == null || externalId === "" ? {} : { attempt: externalId };
