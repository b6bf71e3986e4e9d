import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import { promisify } from "node:util";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, describe, expect, it } from "vitest";
import { createJsonRpc, REQUEST_LIMITS } from "./json-rpc.js";
import type { ConfirmSend } from "./uis-client.js";

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

/** Sends one request to a server that runs `listener`, and counts the requests that the server receives. */
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
  it("is one POST of JSON in UTF-8", async () => {
    let seen: unknown;
    const { reply } = await send((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        seen = {
          method: request.method,
          path: request.url,
          type: request.headers["content-type"],
          encoding: request.headers["accept-encoding"],
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
      encoding: "identity",
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

  it("was certainly not sent when no server listens", async () => {
    const address = await listening(createServer());
    servers.pop()?.close();
    expect(await post(`http://${address}/`)).toEqual({ kind: "fault", sent: false, code: "ECONNREFUSED" });
  });

  it("was certainly not sent when the name does not exist", async () => {
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

  it.each(["gzip", "GZIP", "x-gzip"])(
    "has an answer in %s unpacked, although it asks for none",
    async (name) => {
      const { reply } = await send((_request, response) =>
        response.writeHead(200, { "content-encoding": name }).end(gzipSync("answer")),
      );
      expect(reply).toEqual({ kind: "answer", status: 200, body: "answer" });
    },
  );

  it.each([
    ["becomes longer than an answer may be", gzipSync("x".repeat(REQUEST_LIMITS.answerBytes + 1))],
    ["is not gzip", Buffer.from("answer")],
    ["is cut off", gzipSync("answer").subarray(0, -9)],
  ])("may have been received when its gzip answer %s", async (_what, packed) => {
    const { reply } = await send((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    expect(reply).toMatchObject({ kind: "fault", sent: true });
  });

  it("has an answer of the longest allowed length unpacked", async () => {
    const body = "x".repeat(REQUEST_LIMITS.answerBytes);
    const { reply } = await send((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(body)),
    );
    expect(reply).toEqual({ kind: "answer", status: 200, body });
  });
});

describe("the connection of a JSON-RPC request", () => {
  /** Starts a server that counts connections and requests. */
  async function site(listener: RequestListener, clock?: TestClock) {
    let connections = 0;
    let requests = 0;
    const server = createServer((request, response) => {
      requests++;
      request.resume().once("end", () => listener(request, response));
    });
    server.on("connection", () => connections++);
    const rpc = createJsonRpc(`http://${await listening(server)}/v1`, clock);
    const post = (confirmSend?: ConfirmSend) => rpc("m", 7, {}, 5, confirmSend);
    const open = promisify(server.getConnections.bind(server));
    return { post, server, open, seen: () => ({ connections, requests }) };
  }
  const answer: RequestListener = (_request, response) => response.end("answer");
  /** Waits until this side has noticed what the server did to the connection. */
  const heard = () => new Promise((resolve) => setTimeout(resolve, 50));

  it("is a fresh one each time, closed after the answer, also where the other side would keep it", async () => {
    const { post, seen, open } = await site((_request, response) =>
      response.setHeader("connection", "keep-alive").end("answer"),
    );
    await post();
    expect(await post()).toMatchObject({ kind: "answer" });
    await Promise.all([post(), post()]);
    expect(seen()).toEqual({ connections: 4, requests: 4 });
    await expect.poll(open).toBe(0);
  });

  it("is open when the send is confirmed, and has carried nothing", async () => {
    const { post, seen, open } = await site(answer);
    let found: unknown;
    const confirmSend = async () => {
      await heard();
      found = { open: await open(), ...seen() };
      return true;
    };
    expect(await post(confirmSend)).toEqual({ kind: "answer", status: 200, body: "answer" });
    expect(found).toEqual({ open: 1, connections: 1, requests: 0 });
  });

  it("that breaks while the send is confirmed proves that nothing was sent", async () => {
    const { post, server, seen } = await site(answer);
    const confirmSend = async () => {
      server.closeAllConnections();
      await heard();
      return true;
    };
    expect(await post(confirmSend)).toEqual({ kind: "fault", sent: false, code: "ECONNRESET" });
    expect(seen().requests).toBe(0);
  });

  it("carries nothing where the attempt is taken back, and is closed", async () => {
    const { post, seen, open } = await site(answer);
    expect(await post(() => Promise.resolve(false))).toMatchObject({ sent: false, code: "WITHDRAWN" });
    expect(seen()).toEqual({ connections: 1, requests: 0 });
    await expect.poll(open).toBe(0);
  });

  it("carries nothing where the send cannot be confirmed, and is closed", async () => {
    const { post, seen, open } = await site(answer);
    const away = Object.assign(new Error("the database is away"), { code: "AWAY" });
    expect(await post(() => Promise.reject(away))).toEqual({ kind: "fault", sent: false, code: "AWAY" });
    expect(seen().requests).toBe(0);
    await expect.poll(open).toBe(0);
  });

  it("carries nothing where the process stood still while the send was confirmed", async () => {
    const clock = new TestClock();
    const { post, seen } = await site(answer, clock);
    const still = (ms: number) => () => {
      clock.advance(ms);
      return Promise.resolve(true);
    };
    expect(await post(still(REQUEST_LIMITS.leaveMs + 1))).toMatchObject({ sent: false, code: "ETIMEDOUT" });
    expect(await post(still(REQUEST_LIMITS.leaveMs))).toMatchObject({ kind: "answer" });
    expect(seen().requests).toBe(1);
  });

  it("that breaks after the request is not replaced: the request may have been read", async () => {
    const { post, seen } = await site((request) => request.socket.destroy());
    expect(await post()).toMatchObject({ kind: "fault", sent: true });
    expect(seen()).toEqual({ connections: 1, requests: 1 });
  });

  it("is made to IPv6 addresses, too", async () => {
    const server = createServer(answer).listen(0, "::1");
    servers.push(server);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await post(`http://[::1]:${String(port)}/v1`)).toMatchObject({ kind: "answer" });
  });
});
