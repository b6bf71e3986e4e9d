/** The errors that the document lists, with their exact messages (Call API v1 §5). */
export const RPC_ERRORS = {
  addressNotAllowed: { code: -32001, message: "IP address error" },
  keyUnknown: { code: -32002, message: "Authentication error" },
  permissionDenied: { code: -32003, message: "Permission denied" },
  limitExceeded: { code: -32004, message: "Limit is exceeded" },
  keyExpired: { code: -32005, message: "Session key has expired" },
  requestInvalid: { code: -32600, message: "Invalid Request" },
  methodUnknown: { code: -32601, message: "Method not found" },
  /** The document gives this message but no code for it. */
  versionUnknown: { code: -32601, message: "Api version not supported" },
  paramsInvalid: { code: -32602, message: "Invalid params" },
  internal: { code: -32603, message: "Internal error" },
  parse: { code: -32700, message: "Parse error" },
} as const;

export type RpcErrorName = keyof typeof RPC_ERRORS;

/** An error that is sent to the client as the response to its request. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  /** Details of the error. They are sent in the property `data`. */
  readonly data: string;

  constructor(error: RpcErrorName, data: string) {
    super(RPC_ERRORS[error].message);
    this.code = RPC_ERRORS[error].code;
    this.data = data;
  }
}

export interface RpcRequest {
  id: number;
  method: string;
  params: Record<string, unknown>;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Parses the body of a request. @throws {RpcError} -32700 if the body is not JSON in UTF-8 */
export function parseBody(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new RpcError("parse", "The request is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RpcError("parse", error instanceof Error ? error.message : "The request is not JSON");
  }
}

/**
 * Checks the four required properties of a JSON-RPC request (Call API v1 §2). @throws {RpcError} -32600; its `data`
 * names the wrong property
 */
export function checkEnvelope(body: unknown): RpcRequest {
  if (Array.isArray(body))
    throw new RpcError("requestInvalid", "Batches are not supported: one call per request");
  if (!isObject(body)) throw new RpcError("requestInvalid", "The request is not an object");
  const { jsonrpc, method, id, params } = body;
  if (jsonrpc !== "2.0") throw new RpcError("requestInvalid", 'jsonrpc: expected "2.0"');
  if (typeof method !== "string") throw new RpcError("requestInvalid", "method: expected a string");
  if (!Number.isSafeInteger(id)) throw new RpcError("requestInvalid", "id: expected an integer");
  if (!isObject(params)) throw new RpcError("requestInvalid", "params: expected an object");
  return { id: id as number, method, params };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Creates the body of a JSON-RPC response. If the request has no readable `id`, the response has none either. The
 * document allows this.
 */
export function rpcAnswer(id: unknown, outcome: { result: unknown } | { error: RpcError }): object {
  const head = { jsonrpc: "2.0", ...(Number.isSafeInteger(id) && { id }) };
  if ("result" in outcome) return { ...head, result: outcome.result };
  const { code, message, data } = outcome.error;
  return { ...head, error: { code, message, data } };
}
