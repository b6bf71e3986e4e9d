import { once } from "node:events";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { expect, it } from "vitest";
import { createJsonRpc } from "./json-rpc.js";

/** Starts a server whose certificate must be refused. */
async function stranger(notBeforeDate: Date, options: ServerOptions = {}) {
  const certificate = await generate([{ name: "commonName", value: "localhost" }], {
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + 24 * 3_600_000),
  });
  let requests = 0;
  const server = createServer(
    { key: certificate.private, cert: certificate.cert, ...options },
    (_request, response) => {
      requests++;
      response.end('{"jsonrpc":"2.0","id":7,"result":"success"}');
    },
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
  return { url, requests: () => requests, stop: () => server.close() };
}

const today = new Date();
const lastYear = new Date(today.getTime() - 365 * 24 * 3_600_000);

it.each<[string, Date, ServerOptions]>([
  ["signed by itself", today, {}],
  ["out of date", lastYear, {}],
  ["behind TLS 1.1", today, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
])("a server with a certificate %s is sent nothing, neither key nor number", async (_what, from, options) => {
  const server = await stranger(from, options);
  let asked = 0;
  const confirmSend = () => Promise.resolve(++asked > 0);
  const reply = await createJsonRpc(server.url)("place_calls", 7, { session_key: "secret" }, 5, confirmSend);
  expect(reply).toMatchObject({ kind: "fault", sent: false });
  expect([asked, server.requests()]).toEqual([0, 0]);
  server.stop();
});
