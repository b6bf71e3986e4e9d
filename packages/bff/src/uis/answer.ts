import { z } from "zod";
import { maskNumbers } from "../log.js";
import type { Reply } from "./json-rpc.js";
import type { Fault, Outcome } from "./uis-client.js";

/**
 * Error member (Call API v1, "Сообщения об ошибках"): `data`, or `details` in the sample. The code may be missing for
 * an unsupported version.
 */
const RpcError = z.object({
  code: z.int().optional(),
  message: z.string().optional(),
  data: z.unknown().optional(),
  details: z.unknown().optional(),
});

const Envelope = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.int().nullish(),
  result: z.unknown().optional(),
  /** Spelt so in the vendor's samples. */
  resutl: z.unknown().optional(),
  error: RpcError.optional(),
});

/** A body read as JSON-RPC. The texts are safe to log. */
export type RpcAnswer =
  | { kind: "result"; result: unknown }
  | { kind: "error"; code: number | undefined; message: string; detail: string }
  | { kind: "none"; detail: string };

/**
 * Reads a body as the JSON-RPC 2.0 answer (jsonrpc.org §5) to request `id`: its result, its error, or neither when it
 * is no valid answer. Never throws. An error may lack an id, which it does when UIS could not read the request.
 */
export function readAnswer(body: string, id: number): RpcAnswer {
  const envelope = Envelope.safeParse(parseJson(body));
  if (!envelope.success) return { kind: "none", detail: "the answer is not JSON-RPC 2.0" };
  const { error, ...rest } = envelope.data;
  const result = "result" in rest ? rest.result : error === undefined ? rest.resutl : undefined;
  if (error !== undefined && "result" in rest)
    return { kind: "none", detail: "the answer has a result and an error" };
  if (error !== undefined) {
    if (rest.id != null && rest.id !== id)
      return { kind: "none", detail: "the answer has another request's id" };
    const detail = error.data ?? error.details;
    return {
      kind: "error",
      code: error.code,
      message: foreignText(error.message ?? ""),
      detail: typeof detail === "string" ? foreignText(detail) : "",
    };
  }
  if (rest.id !== id) return { kind: "none", detail: "the answer has another request's id" };
  return { kind: "result", result };
}

/**
 * HTTP statuses which prove that UIS refused the request unread, so no call was placed. The first group concerns the
 * account or its address. The second concerns one request, which a firewall may dislike for a visitor's text: it must
 * not open the circuit for all calls.
 */
const UNREAD_STATUSES: ReadonlyMap<number, Fault> = new Map([
  ...[401, 403, 404, 405].map((status) => [status, "account"] as const),
  ...[400, 413, 415].map((status) => [status, "defect"] as const),
]);

/**
 * Classifies any reply to `place_calls`. Never throws. Only a proper success is `placed`; a reply that proves nothing
 * is `unknown`.
 */
export function classifyPlaceCalls(reply: Reply, id: number): Outcome {
  if (reply.kind === "fault") {
    return reply.sent
      ? { kind: "unknown", detail: reply.code }
      : { kind: "wait", because: "unreachable", detail: reply.code };
  }
  const answer = readAnswer(reply.body, id);
  if (answer.kind === "error") return classifyError(answer);
  if (answer.kind === "result" && reply.status >= 200 && reply.status < 300) {
    if (answer.result === "success") return { kind: "placed" };
    if (answer.result === "fail") return { kind: "refused", fault: "call", detail: "fail" };
  }
  return classifyStatus(reply.status, answer.kind === "none" ? answer.detail : "unexpected result");
}

/** Classifies any reply to `authenticate`. It rings no phone, so every fault may be tried again. */
export function classifyAuthenticate(reply: Reply, id: number): { token: string } | Outcome {
  if (reply.kind === "fault") return { kind: "wait", because: "unreachable", detail: reply.code };
  const answer = readAnswer(reply.body, id);
  if (answer.kind === "result") {
    const result = z.object({ session_key: z.string().min(1).max(256) }).safeParse(answer.result);
    if (result.success && reply.status >= 200 && reply.status < 300)
      return { token: result.data.session_key };
  }
  const outcome =
    answer.kind === "error"
      ? classifyError(answer)
      : classifyStatus(reply.status, answer.kind === "none" ? answer.detail : "unexpected result");
  if (outcome.kind === "unknown") return { ...outcome, kind: "wait", because: "unreachable" };
  if (outcome.kind === "renew") return { kind: "refused", fault: "account", code: outcome.code };
  return outcome;
}

/** Maps error codes to outcomes (Call API v1 §5). */
function classifyError(answer: { code: number | undefined; message: string; detail: string }): Outcome {
  const { code } = answer;
  const detail = answer.detail === "" ? answer.message : `${answer.message}: ${answer.detail}`;
  switch (code) {
    case -32001:
    case -32003:
    case -32601:
      return { kind: "refused", fault: "account", code, detail };
    case -32002:
    case -32005:
      return { kind: "renew", code };
    case -32004:
      return { kind: "wait", because: "limit", code, detail };
    case -32600:
    case -32602:
    case -32700:
      return { kind: "refused", fault: "defect", code, detail };
    case undefined:
      if (answer.message === "Api version not supported")
        return { kind: "refused", fault: "account", detail };
      return { kind: "unknown", detail };
    default:
      return { kind: "unknown", code, detail };
  }
}

function classifyStatus(status: number, detail: string): Outcome {
  const explained = `HTTP ${String(status)}, ${detail}`;
  if (status >= 300 && status < 400) return { kind: "refused", fault: "account", detail: explained };
  const fault = UNREAD_STATUSES.get(status);
  if (fault !== undefined) return { kind: "refused", fault, detail: explained };
  if (status === 429) return { kind: "wait", because: "limit", detail: explained };
  return { kind: "unknown", detail: explained };
}

/** The only parameter name long enough to look like a key; the log must name the parameter that UIS refused. */
const LONG_PARAMETER = "incremental_dialing_timeout";

/** Makes a text from UIS safe to log: it may quote our request, with numbers and session key. */
const foreignText = (text: string): string =>
  // Keys first: removing a number from the middle of a key would leave its ends.
  maskNumbers(text.replaceAll(/[\w-]{20,}/g, (run) => (run === LONG_PARAMETER ? run : "•••"))).slice(0, 200);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
