import { z } from "zod";
import { foreignText } from "./foreign-text.js";
import type { Reply } from "./json-rpc.js";
import type { Fault, Outcome } from "./uis-client.js";

/**
 * Member `error` of an answer (Call API v1, "Сообщения об ошибках"). The documentation calls its detail `data`,
 * but the sample has `details`. The code may be missing when the version of the API is not supported.
 */
const RpcError = z.object({
  code: z.int().optional(),
  message: z.string().optional(),
  data: z.unknown().optional(),
  details: z.unknown().optional(),
});

const Envelope = z.object({
  jsonrpc: z.literal("2.0"),
  /** The id of the request. Some servers return it as text. */
  id: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^(?:0|[1-9]\d{0,14})$/)
        .transform(Number),
    ])
    .nullish(),
  result: z.unknown().optional(),
  /** Misspelling of `result` in the vendor's samples. */
  resutl: z.unknown().optional(),
  /** Some servers send `null` beside a result. */
  error: RpcError.nullish(),
});

/** The body of an answer, read as JSON-RPC. Its texts are safe to log. */
export type RpcAnswer =
  | { kind: "result"; result: unknown }
  | { kind: "error"; code: number | undefined; message: string; detail: string }
  | { kind: "none"; detail: string };

/**
 * Reads a body as the JSON-RPC 2.0 answer (jsonrpc.org §5) to the request with this `id`. Returns its result or
 * its error, or `none` if the body is not a valid answer. Never throws. An error is also accepted without an
 * id, because UIS sends none when it could not read the request.
 *
 * @param sent secrets and numbers of the request, which are masked in the texts of the answer
 */
export function readAnswer(body: string, id: number, sent: readonly string[] = []): RpcAnswer {
  const envelope = Envelope.safeParse(parseJson(body));
  if (!envelope.success) return { kind: "none", detail: "the answer is not JSON-RPC 2.0" };
  const { error, ...rest } = envelope.data;
  const result = "result" in rest ? rest.result : error == null ? rest.resutl : undefined;
  if (error != null && rest.result != null)
    return { kind: "none", detail: "the answer has a result and an error" };
  if (error != null) {
    if (rest.id != null && rest.id !== id)
      return { kind: "none", detail: "the answer has another request's id" };
    const detail = error.data ?? error.details;
    return {
      kind: "error",
      code: error.code,
      message: foreignText(error.message ?? "", sent),
      detail: typeof detail === "string" ? foreignText(detail, sent) : "",
    };
  }
  if (rest.id !== id) return { kind: "none", detail: "the answer has another request's id" };
  return { kind: "result", result };
}

/**
 * HTTP statuses that prove that UIS refused the request without reading it, so that no call was placed. The
 * statuses of the first group concern the account or its address. Those of the second group concern one request
 * only, and must not open the circuit for all calls. With 403, it may be either: a firewall may have refused the
 * address, or the words of one visitor.
 */
const UNREAD_STATUSES: ReadonlyMap<number, Fault> = new Map([
  ...[401, 404, 405].map((status) => [status, "account"] as const),
  ...[400, 413, 415].map((status) => [status, "defect"] as const),
  [403, "firewall"],
]);

/**
 * Classifies a reply to `place_calls`. Never throws. Only a valid success is `placed`. A reply that proves
 * nothing is `unknown`.
 *
 * @param sent see {@link readAnswer}
 */
export function classifyPlaceCalls(reply: Reply, id: number, sent: readonly string[] = []): Outcome {
  if (reply.kind === "fault") {
    return reply.sent
      ? { kind: "unknown", detail: reply.code }
      : { kind: "wait", because: "unreachable", detail: reply.code };
  }
  const answer = readAnswer(reply.body, id, sent);
  if (answer.kind === "error") return classifyError(answer);
  if (answer.kind === "result" && reply.status >= 200 && reply.status < 300) {
    if (answer.result === "success") return { kind: "placed" };
    if (answer.result === "fail") return { kind: "refused", fault: "call", detail: "fail" };
  }
  return classifyStatus(reply.status, answer.kind === "none" ? answer.detail : "unexpected result");
}

/**
 * Classifies a reply to `authenticate`. This request rings no phone, so it may be sent again after any fault. It
 * contains no words of a visitor, so a firewall that refuses it refuses the account.
 *
 * @param sent see {@link readAnswer}
 */
export function classifyAuthenticate(
  reply: Reply,
  id: number,
  sent: readonly string[] = [],
): { token: string } | Outcome {
  if (reply.kind === "fault") return { kind: "wait", because: "unreachable", detail: reply.code };
  const answer = readAnswer(reply.body, id, sent);
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
  if (outcome.kind === "refused" && outcome.fault === "firewall") return { ...outcome, fault: "account" };
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
