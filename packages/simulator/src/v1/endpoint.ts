import { isIPv4 } from "node:net";
import {
  type ErrorRequestHandler,
  raw,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from "express";
import type { Clock, Timers } from "../exchange/clock.js";
import { checkEnvelope, isObject, parseBody, rpcAnswer, RpcError } from "./json-rpc.js";
import type { Method } from "./methods.js";
import type { Records, RpcRecord } from "../records.js";

/** An HTTP response that has not been sent yet. A hook may change all its properties. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Body of the response. An object is sent as JSON. */
  body: string | Buffer | object;
  /** Milliseconds until the response is sent, by the simulator's clock. */
  delay: number;
  /** Whether the connection is closed instead of sending the response. */
  reset: boolean;
}

/** Changes an HTTP response before it is sent. All simulated failures of the API are made with such hooks. */
export type AnswerHook = (request: RpcRecord, answer: Answer) => void | Promise<void>;

export interface EndpointParts {
  methods: ReadonlyMap<string, Method>;
  records: Records;
  clock: Clock;
  /** Timers that delay HTTP responses. */
  delays: Timers;
  /** Returns the hook that is set now, if any. Called for each HTTP response, because the hook may have changed. */
  hook: () => AnswerHook | undefined;
}

const BODY_LIMIT = 1_000_000;

/** Matches a path that names a version of the API: /v1, /v2, /v4.0. */
const versionPath = /^\/v(\d[\d.]*)\/?$/;

/** Creates the endpoint `POST /v1`, which speaks JSON-RPC 2.0 (Call API v1 §2). */
export function createEndpoint(parts: EndpointParts): Router {
  const router = Router();
  router.all(versionPath, (request, response, next) => {
    response.locals["record"] = parts.records.open(parts.clock.now(), addressOf(request));
    next();
  });
  router.all(
    versionPath,
    refuseOtherVerbs(parts),
    raw({ type: () => true, limit: BODY_LIMIT }),
    handle(parts),
  );
  router.use(versionPath, refuseBody(parts));
  return router;
}

function refuseOtherVerbs(parts: EndpointParts): RequestHandler {
  return async (request, response, next) => {
    if (request.method === "POST") {
      next();
      return;
    }
    const error = new RpcError("requestInvalid", "Only POST is accepted");
    const answer = { ...answerOf(rpcAnswer(undefined, { error })), status: 405 };
    answer.headers["Allow"] = "POST";
    await send(parts, answer, response);
  };
}

function handle(parts: EndpointParts): RequestHandler {
  return async (request, response) => {
    const record = recordOf(response);
    let body: object;
    try {
      const result = await resultOf(parts, request, record);
      body = rpcAnswer(record.id, { result });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      body = rpcAnswer(record.id, { error });
    }
    await send(parts, answerOf(body), response);
  };
}

/**
 * Checks the version, the JSON, the JSON-RPC properties and the method, in this order. Then runs the method, which
 * checks its own parameters.
 */
function resultOf(parts: EndpointParts, request: Request, record: RpcRecord): unknown {
  const received: unknown = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  let parsed: unknown;
  let unreadable: unknown;
  try {
    parsed = parseBody(received as Buffer);
    note(record, parsed);
  } catch (error) {
    unreadable = error;
  }
  parts.records.changed(record);
  const version = String(request.params["0"]);
  if (version !== "1") throw new RpcError("versionUnknown", `v${version}: only v1 is supported`);
  if (unreadable) throw unreadable as Error;
  const { method, params } = checkEnvelope(parsed);
  const run = parts.methods.get(method);
  if (!run) throw new RpcError("methodUnknown", `method: ${method}`);
  return run(params, record.remoteAddress);
}

function note(record: RpcRecord, body: unknown): void {
  if (!isObject(body)) return;
  const { method, id, params } = body;
  if (typeof method === "string") record.method = method;
  if (id !== undefined) record.id = id;
  if (params !== undefined) record.params = params;
}

/** Sends an error to the client if the body of its request is too long, incomplete or wrongly encoded. */
function refuseBody(parts: EndpointParts): ErrorRequestHandler {
  return async (error: { status?: number; message: string; stack?: string }, _request, response, next) => {
    if (error.status === undefined) {
      next(error);
      return;
    }
    const refusal = new RpcError("requestInvalid", error.message);
    const answer = { ...answerOf(rpcAnswer(undefined, { error: refusal })), status: error.status };
    // Closes the connection after the response, because the rest of a body that is too long is not read.
    answer.headers["Connection"] = "close";
    await send(parts, answer, response);
  };
}

const answerOf = (body: object): Answer => ({ status: 200, headers: {}, body, delay: 0, reset: false });

async function send(parts: EndpointParts, answer: Answer, response: Response): Promise<void> {
  const record = recordOf(response);
  await parts.hook()?.(record, answer);
  if (answer.delay > 0) {
    await new Promise<void>((resolve) => parts.delays.after(answer.delay / 1000, resolve));
  }
  record.answeredAt = parts.clock.now();
  if (answer.reset) response.socket?.destroy();
  else {
    record.httpStatus = answer.status;
    record.answer = shown(answer.body);
    write(answer, response);
  }
  parts.records.changed(record);
}

function write({ status, headers, body }: Answer, response: Response): void {
  const plain = typeof body === "string" || Buffer.isBuffer(body);
  response.status(status).setHeader("Content-Type", "application/json; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(plain ? body : JSON.stringify(body));
}

const shown = (body: Answer["body"]): unknown => (Buffer.isBuffer(body) ? body.toString() : body);

const recordOf = (response: Response): RpcRecord => response.locals["record"] as RpcRecord;

/**
 * Returns the IP address of the client. An IPv4 address in IPv6 notation (`::ffff:…`) is returned as an IPv4 address.
 */
function addressOf(request: Request): string {
  const address = request.socket.remoteAddress ?? "";
  const mapped = address.replace(/^::ffff:/i, "");
  return isIPv4(mapped) ? mapped : address;
}
