import { expect } from "vitest";
import type { UisSimulator } from "../simulator.js";

/** Sends one JSON-RPC request and returns the parsed body of the response. */
export async function rpc(
  uis: UisSimulator,
  method: string,
  params: unknown,
  id: unknown = 7,
): Promise<RpcBody> {
  const response = await post(uis, JSON.stringify({ jsonrpc: "2.0", method, id, params }));
  expect(response.status).toBe(200);
  return (await response.json()) as RpcBody;
}

export interface RpcBody {
  jsonrpc: string;
  id?: number;
  result?: unknown;
  error?: { code: number; message: string; data: string };
}

export const post = (
  uis: UisSimulator,
  body: string | Uint8Array<ArrayBuffer>,
  path = "/v1",
): Promise<Response> =>
  fetch(uis.origin + path, { method: "POST", body, headers: { "Content-Type": "application/json" } });

export async function sessionKey(uis: UisSimulator, login = "demo"): Promise<string> {
  const { result } = await rpc(uis, "authenticate", { login, password: login });
  return (result as { session_key: string }).session_key;
}

/** Returns the required parameters of `place_calls`. The properties of `part` are added or replace them. */
export const placeCalls = (session_key: string, part: object = {}): Record<string, unknown> => ({
  session_key,
  first_call: "numc",
  switch_at_once: true,
  numa: "79000000001",
  numb: "74990000000",
  numc: "79000000101",
  ...part,
});
