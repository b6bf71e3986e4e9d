import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createJsonRpc } from "./json-rpc.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const post = (url: string, answerWithin = 5) => createJsonRpc(url)("m", 7, { a: "я" }, answerWithin);

/** Sends one request to a server that does `listener`, and counts what it received. */
async function send(listener: RequestListener, answerWithin?: number) {
  let requests = 0;
  const address = await listening(
    createServer((request, response) => {
      requests++;
      listener(request, response);
    }),
  );
  return { reply: await post(`http://${address}/v1`, answerWithin), requests: () => requests };
}

describe("a JSON-RPC request", () => {
  it("is one POST of JSON in UTF-8, on a connection of its own", async () => {
    let seen: unknown;
    const { reply } = await send((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        seen = {
          method: request.method,
          path: request.url,
          type: request.headers["content-type"],
          connection: request.headers.connection,
          body,
        };
        response.end("answer");
      });
    });
    expect(reply).toEqual({ kind: "answer", status: 200, body: "answer" });
    expect(seen).toEqual({
      method: "POST",
      path: "/v1",
      type: "application/json; charset=utf-8",
      connection: "close",
      body: '{"jsonrpc":"2.0","method":"m","id":7,"params":{"a":"я"}}',
    });
  });

  it.each([301, 302, 303, 307, 308])("is not sent on to where a %i points", async (status) => {
    let elsewhere = 0;
    const other = await listening(
      createServer((_request, response) => {
        elsewhere++;
        response.end();
      }),
    );
    const { reply } = await send((_request, response) =>
      response.writeHead(status, { location: `http://${other}/` }).end(),
    );
    expect(reply).toMatchObject({ kind: "answer", status });
    expect(elsewhere).toBe(0);
  });

  it("was certainly not sent when nobody listens", async () => {
    const address = await listening(createServer());
    servers.pop()?.close();
    expect(await post(`http://${address}/`)).toEqual({ kind: "fault", sent: false, code: "ECONNREFUSED" });
  });

  it("was certainly not sent when the name is nobody's", async () => {
    expect(await post("https://nobody.invalid/v1")).toMatchObject({ kind: "fault", sent: false });
  });

  it("was certainly not sent when TLS was not agreed on", async () => {
    const address = await listening(
      createTcpServer((socket) => socket.once("data", () => socket.end("not TLS"))),
    );
    expect(await post(`https://${address}/v1`)).toMatchObject({ kind: "fault", sent: false });
  });

  it.each<[string, RequestListener]>([
    ["the connection breaks after it was read", (request) => request.socket.destroy()],
    [
      "the answer breaks off",
      (request, response) => {
        response.writeHead(200, { "content-length": "100" }).write("half");
        setImmediate(() => request.socket.destroy());
      },
    ],
    [
      "the answer is endless",
      (_request, response) => {
        response.on("error", () => undefined);
        const more = (): boolean => response.write("x".repeat(16_384), () => response.destroyed || more());
        more();
      },
    ],
    ["no answer comes in time", () => undefined],
  ])("may have been received when %s, and is not repeated", async (_what, listener) => {
    const { reply, requests } = await send(listener, 0.3);
    expect(reply).toMatchObject({ kind: "fault", sent: true });
    expect(requests()).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ["text/html", { "content-type": "text/html" }],
    ["no type at all", {}],
    ["a type of its own", { "content-type": "application/json-rpc" }],
  ])("has its answer read as it is, whatever it calls itself: %s", async (_what, headers) => {
    const { reply } = await send((_request, response) => response.writeHead(200, headers).end("answer"));
    expect(reply).toEqual({ kind: "answer", status: 200, body: "answer" });
  });

  it("has a chunked answer read without its trailers", async () => {
    const { reply } = await send((_request, response) => {
      response.writeHead(200, { trailer: "x-more", "transfer-encoding": "chunked" });
      response.write("ans");
      response.addTrailers({ "x-more": "junk" });
      response.end("wer");
    });
    expect(reply).toEqual({ kind: "answer", status: 200, body: "answer" });
  });

  it("does not unpack an answer: a small one could become any size", async () => {
    const packed = gzipSync("answer");
    const { reply } = await send((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    expect(reply).toEqual({ kind: "answer", status: 200, body: packed.toString("utf8") });
  });
});
