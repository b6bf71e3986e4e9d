import { z } from "zod";
import type { Answer } from "./answer.js";
import { type ApiOptions, createConnection } from "./connection.js";

/** Number with which UIS names something, as text, because it may not fit into 32 bits. */
const Id = z.union([z.number(), z.string()]).transform(String);

const Account = z.object({ app_id: Id, name: z.string().nullish(), timezone: z.string() });

const MediaFile = z.object({ id: z.number(), name: z.string(), type: z.string().nullish() });

const CallRecord = z.object({
  /** The id of the call session. */
  id: Id,
  call_api_external_id: z.string().nullish(),
  /** Null while the call is going on. */
  finish_time: z.string().nullish(),
  /** The vendor's word for the reason. The list of words is open. */
  finish_reason: z.string().nullish(),
  /** Seconds. */
  talk_duration: z.number().nullish(),
});
export type CallRecord = z.infer<typeof CallRecord>;

const LegRecord = z.object({
  id: Id,
  call_session_id: Id,
  is_operator: z.boolean(),
  /** Time at which the party answered. Null if the party did not answer. */
  connect_time: z.string().nullish(),
  is_talked: z.boolean().nullish(),
  employee_id: Id.nullish(),
  finish_reason: z.string().nullish(),
});
export type LegRecord = z.infer<typeof LegRecord>;

const ApiRequest = z.object({
  /** The `external_id` of the request. */
  api_request_raw_ext_id: z.string().nullish(),
  api_request_status: z.object({ value_id: z.string() }),
  call_session_id: Id.nullish(),
  api_request_error_mnemonic: z.string().nullish(),
});
export type ApiRequest = z.infer<typeof ApiRequest>;

/**
 * Span of time of a report, both ends in the form `YYYY-MM-DD hh:mm:ss` and in the account's time zone. Reports of calls
 * and legs cover at most three months.
 */
export interface Span {
  from: string;
  till: string;
}

/** Seconds within which UIS must answer. */
const WITHIN = 30;

/** Client of Data API v2.0 for one account. Its methods never throw. They only read, so UIS may be asked again. */
export interface DataApi {
  /** Tells the account's time zone (an IANA name). All times of reports are in this zone. */
  getAccount(): Promise<Answer<z.infer<typeof Account>[]>>;
  /** Finds the recordings with this name. */
  getMediaFiles(name: string): Promise<Answer<z.infer<typeof MediaFile>[]>>;
  /**
   * Finds records of calls, also of calls that are going on, by their `external_id` or their call session. UIS does not
   * say how soon a call appears, so a missing record proves nothing.
   */
  getCallsReport(
    span: Span,
    by: { externalIds: readonly string[] } | { sessions: readonly string[] },
  ): Promise<Answer<CallRecord[]>>;
  /** Finds the records of the legs of these call sessions. Only these records say which party answered. */
  getCallLegsReport(span: Span, sessions: readonly string[]): Promise<Answer<LegRecord[]>>;
  /**
   * Finds the rows of the account's log of API requests by their `external_id`. A row proves that the request was
   * carried out or refused. A missing row proves nothing. Component: "Data API для настройки".
   *
   * @param report id of the report in the account
   */
  getApiRequests(span: Span, report: number, externalIds: readonly string[]): Promise<Answer<ApiRequest[]>>;
}

/**
 * Creates a client of Data API v2.0. The address of the API and the key may differ from those of the Call API.
 *
 * @throws Error when `url` is neither https nor on this machine, because requests contain the token
 */
export function createDataApi(options: ApiOptions): DataApi {
  const { request } = createConnection(options);
  const read = <Item>(method: string, params: object, item: z.ZodType<Item>): Promise<Answer<Item[]>> =>
    request(method, params, z.array(item), { within: WITHIN, repeat: true });
  const dates = ({ from, till }: Span) => ({ date_from: from, date_till: till });
  return {
    getAccount: () => read("get.account", {}, Account),
    getMediaFiles: (name) =>
      read(
        "get.media_files",
        { filter: anyOf("name", [name]), fields: ["id", "name", "duration", "type"] },
        MediaFile,
      ),
    getCallsReport: (span, by) =>
      read(
        "get.calls_report",
        {
          ...dates(span),
          filter:
            "sessions" in by
              ? anyOf("id", by.sessions.map(Number))
              : anyOf("call_api_external_id", by.externalIds),
          fields: ["id", "call_api_external_id", "finish_time", "finish_reason", "talk_duration"],
          include_ongoing_calls: true,
        },
        CallRecord,
      ),
    getCallLegsReport: (span, sessions) =>
      read(
        "get.call_legs_report",
        {
          ...dates(span),
          filter: anyOf("call_session_id", sessions.map(Number)),
          fields: Object.keys(LegRecord.shape),
        },
        LegRecord,
      ),
    getApiRequests: (span, report, externalIds) =>
      read(
        "get.api_requests",
        {
          ...dates(span),
          report_id: report,
          // Without `fields`, the answer would be empty.
          fields: Object.keys(ApiRequest.shape),
          filters: [anyOf("api_request_raw_ext_id", externalIds)],
        },
        ApiRequest,
      ),
  };
}

/**
 * Returns the filter for records whose field has one of the values. The documents do not say for which fields the
 * operator `in` is available, so several values are combined with `or`.
 */
function anyOf(field: string, values: readonly (string | number)[]): object {
  const filters = values.map((value) => ({ field, operator: "=", value }));
  return filters.length === 1 ? (filters[0] ?? {}) : { filters, condition: "or" };
}
