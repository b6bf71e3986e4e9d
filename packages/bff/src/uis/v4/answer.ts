import { z } from "zod";
import { foreignText } from "../foreign-text.js";
import type { Reply } from "../json-rpc.js";
import { classOf, type ErrorClass } from "./mnemonics.js";

const Points = z.record(z.string(), z.number());

/**
 * Member `metadata` of an answer (Call API v4.0, "Структура ответа"). UIS may leave out each part. The names of the
 * limits are, for example, `minute_limit`, `minute_remaining` and `minute_reset` (seconds).
 */
const MetadataSchema = z
  .object({
    limits: Points.nullish(),
    total_items: z.number().nullish(),
    api_version: z
      .object({
        current_version: z.string().nullish(),
        latest_version: z.string().nullish(),
        // The documents spell this member in two ways.
        current_version_depricated: z.boolean().nullish(),
        current_version_deprecated: z.boolean().nullish(),
      })
      .nullish(),
  })
  .catch({});

/** What UIS tells beside the result or the error of a request. */
export interface Metadata {
  /** Points of the account by name, for example `minute_remaining`. Empty: UIS has told none. */
  limits: Readonly<Record<string, number>>;
  /** Number of records that fit the filter of a report. */
  totalItems?: number;
  /** Newest version of the API. Only present if the called version is outdated. */
  latestVersion?: string;
}

/** Error with which UIS answered a request. Its texts are safe to log: numbers and secrets are masked. */
export interface UisError {
  code: number;
  /** The name of the error. It is what a program should act on: codes and texts are not unique. */
  mnemonic?: string;
  class: ErrorClass;
  /** The vendor's English text. */
  message: string;
  /** Name of the wrong parameter, for example `employee.phone_number`. */
  field?: string;
  /** Values that belong to the text, for example `tts_message_max_length`. */
  params: Readonly<Record<string, unknown>>;
}

/**
 * Answer of UIS to one request.
 *
 * - `result`: UIS did what was asked. `data` has not been checked yet.
 * - `error`: UIS answered with an error. Unless its class is `unclear`, UIS did nothing.
 * - `unsent`: no byte of the request was sent, so UIS did nothing.
 * - `unclear`: there is no readable answer, so UIS may have done it.
 */
export type Answer<Data = unknown> =
  | { kind: "result"; data: Data; metadata: Metadata }
  | { kind: "error"; error: UisError; metadata: Metadata }
  | { kind: "unsent"; detail: string }
  | { kind: "unclear"; detail: string };

const Id = z.union([z.string(), z.number()]);

const ErrorSchema = z.object({
  code: z.number(),
  message: z.string().nullish(),
  data: z
    .object({
      mnemonic: z.string().nullish(),
      field: z.string().nullish(),
      params: z.record(z.string(), z.unknown()).nullish(),
      metadata: MetadataSchema.nullish(),
    })
    .nullish(),
});

const Envelope = z.object({
  jsonrpc: z.literal("2.0"),
  id: Id.nullish(),
  result: z.object({ data: z.unknown(), metadata: MetadataSchema.nullish() }).nullish(),
  error: ErrorSchema.nullish(),
});

/**
 * Reads the answer to the request with this `id`. Never throws. The HTTP status is not used, because UIS does not
 * document it. The id of an error may be `null`.
 *
 * @param sent secrets and telephone numbers of the request, which are masked in the texts of the answer
 */
export function readAnswer(reply: Reply, id: string, sent: readonly string[]): Answer {
  if (reply.kind === "fault")
    return reply.sent ? { kind: "unclear", detail: reply.code } : { kind: "unsent", detail: reply.code };
  const envelope = Envelope.safeParse(parsed(reply.body));
  const unclear = (detail: string): Answer => ({
    kind: "unclear",
    detail: `HTTP ${String(reply.status)}, ${detail}`,
  });
  if (!envelope.success) return unclear("the answer is not JSON-RPC 2.0");
  const { result, error, id: answered } = envelope.data;
  if (error != null && result != null) return unclear("the answer has a result and an error");
  const isOurs = answered != null && String(answered) === id;
  if (error != null) {
    if (answered != null && !isOurs) return unclear("the answer has another request's id");
    return { kind: "error", error: errorOf(error, sent), metadata: metadataOf(error.data?.metadata) };
  }
  if (result == null) return unclear("the answer has no result");
  if (!isOurs) return unclear("the answer has another request's id");
  return { kind: "result", data: result.data, metadata: metadataOf(result.metadata) };
}

function errorOf({ code, message, data }: z.infer<typeof ErrorSchema>, sent: readonly string[]): UisError {
  const mnemonic = data?.mnemonic ?? undefined;
  return {
    code,
    ...(mnemonic !== undefined && { mnemonic: foreignText(mnemonic, sent) }),
    class: classOf(code, mnemonic),
    message: foreignText(message ?? "", sent),
    ...(data?.field != null && { field: foreignText(data.field, sent) }),
    params: data?.params ?? {},
  };
}

function metadataOf(metadata: z.infer<typeof MetadataSchema> | null | undefined): Metadata {
  const { limits, total_items, api_version } = metadata ?? {};
  const isOutdated = api_version?.current_version_depricated ?? api_version?.current_version_deprecated;
  return {
    limits: limits ?? {},
    ...(total_items != null && { totalItems: total_items }),
    ...(isOutdated === true && { latestVersion: api_version?.latest_version ?? "" }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
