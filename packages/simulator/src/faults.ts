import { STATUS_CODES } from "node:http";
import type { Answer, AnswerHook } from "./v1/endpoint.js";
import { rpcAnswer, type RpcErrorName, RPC_ERRORS, RpcError } from "./v1/json-rpc.js";
import type { RpcRecord } from "./records.js";
import type { Fault } from "./script-file.js";

/**
 * Returns a hook that applies all these faults to an HTTP response. If two faults change the same thing, the later one
 * wins.
 */
export function hookOf(faults: readonly Fault[]): AnswerHook {
  return (request, answer) => {
    for (const fault of faults) {
      if (fault.method === undefined || fault.method === request.method) bend(answer, fault, request);
    }
  };
}

function bend(answer: Answer, fault: Fault, request: RpcRecord): void {
  const { status, body, error, reset, silence, slowBy } = fault;
  if (status !== undefined) {
    answer.status = status;
    answer.headers["Content-Type"] = "text/plain; charset=utf-8";
    answer.body = `${statusText(status)}\n`;
  }
  if (error !== undefined) {
    answer.headers["Content-Type"] = "application/json; charset=utf-8";
    answer.body = rpcAnswer(request.id, { error: new RpcError(errorName(error), "As the script says") });
  }
  if (body !== undefined) answer.body = body;
  if (slowBy !== undefined) answer.delay += slowBy * 1000;
  if (silence) answer.delay = Infinity;
  if (reset) answer.reset = true;
}

/** Describes a fault in words, for example `answers HTTP 503 Service Unavailable and is slow by 5 s`. */
export function faultText({ method, status, body, error, reset, silence, slowBy }: Fault): string {
  const said = [
    status !== undefined && `answers HTTP ${statusText(status)}`,
    error !== undefined && `answers ${error} ${RPC_ERRORS[errorName(error)].message}`,
    body !== undefined && `sends ${JSON.stringify(body)}`,
    slowBy !== undefined && `is slow by ${slowBy} s`,
    silence && "is silent",
    reset && "cuts the connection",
  ].filter((words) => typeof words === "string");
  return said.join(" and ") + (method === undefined ? "" : ` (${method} only)`);
}

const statusText = (status: number): string => `${status} ${STATUS_CODES[status] ?? ""}`.trim();

function errorName(code: number): RpcErrorName {
  const names = Object.keys(RPC_ERRORS) as RpcErrorName[];
  const name = names.find((each) => RPC_ERRORS[each].code === code);
  if (!name) throw new Error(`${code} is not a documented error`);
  return name;
}
