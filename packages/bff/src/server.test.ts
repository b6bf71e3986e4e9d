import { once } from "node:events";
import { connect } from "node:net";
import { acmeYaml, ORIGIN } from "@uis-call/testing/acme";
import { freePort } from "@uis-call/testing/ports";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseConfiguration } from "./config/configuration-file.js";
import { readSettings } from "./config/settings.js";
import { type RunningServer, startServer } from "./server.js";

let port: number;
let behind: number;
const servers: RunningServer[] = [];

async function start(environment: Record<string, string>, warnings: string[] = []): Promise<number> {
  const port = await freePort();
  const configuration = parseConfiguration(
    acmeYaml("http://127.0.0.1:1/v1"),
    { variable: () => "a-password", file: () => undefined },
    "test.yaml",
  );
  const settings = readSettings({
    PORT: String(port),
    SESSION_SECRET: "0123456789abcdef0123456789abcdef",
    DATABASE_URL: "sqlite::memory:",
    LOG_LEVEL: "silent",
    ...environment,
  });
  servers.push(await startServer(settings, configuration, warnings));
  return port;
}

beforeAll(async () => {
  port = await start({});
  behind = await start({ PUBLIC_URL: "https://calls.acme.example", TRUST_PROXY: "10.0.0.0/8" });
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

/**
 * Sends bytes on one connection. Returns what the server sends until it closes the connection, and the number
 * of seconds until then.
 */
async function converse(bytes: string, at = port, thenEvery?: () => string) {
  const socket = connect(at, "127.0.0.1");
  const began = performance.now();
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(bytes);
  const more = thenEvery && setInterval(() => socket.write(thenEvery()), 1000);
  await once(socket, "close");
  clearInterval(more);
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
  return { text, statuses, seconds: (performance.now() - began) / 1000 };
}

const BODY = '{"tenant":"acme"}';
const post = (headers: string, body = BODY): string =>
  `POST /api/session HTTP/1.1\r\nHost: localhost\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
/** A request that an attacker would hide in the body of another request (request smuggling). */
const HIDDEN = "GET /api/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
const CHUNKED = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
const LENGTH = `Content-Length: ${String(BODY.length)}\r\n`;

describe("a server of its own", () => {
  it("answers a plain request, which shows that the refusals below have other causes", async () => {
    const { statuses } = await converse(post(`${LENGTH}Connection: close\r\n`));
    expect(statuses).toEqual([200]);
    const chunked = await converse(post("Transfer-Encoding: chunked\r\nConnection: close\r\n", CHUNKED));
    expect(chunked.statuses).toEqual([200]);
  });

  it.each([
    ["a length and chunks", post(`${LENGTH}Transfer-Encoding: chunked\r\n`, CHUNKED + HIDDEN)],
    ["chunks and a length", post(`Transfer-Encoding: chunked\r\n${LENGTH}`, CHUNKED + HIDDEN)],
    ["two lengths", post(`${LENGTH}Content-Length: 5\r\n`, BODY + HIDDEN)],
    ["the same length twice", post(LENGTH + LENGTH, BODY + HIDDEN)],
    ["a length with a sign", post("Content-Length: +17\r\n", BODY + HIDDEN)],
    ["a list of lengths", post("Content-Length: 17, 17\r\n", BODY + HIDDEN)],
    ["chunks by another name", post("Transfer-Encoding: xchunked\r\n", CHUNKED + HIDDEN)],
    ["chunks behind a control character", post("Transfer-Encoding: \x0bchunked\r\n", CHUNKED + HIDDEN)],
    ["chunks before something else", post("Transfer-Encoding: chunked, identity\r\n", CHUNKED + HIDDEN)],
    ["a space before the colon", post("Transfer-Encoding : chunked\r\n", CHUNKED + HIDDEN)],
    ["a folded header", post(`X-A: b\r\n c\r\n${LENGTH}`, BODY + HIDDEN)],
    ["a header ended by a bare LF", post(`X-A: b\n${LENGTH}`, BODY + HIDDEN)],
    ["a bare CR in a header", post(`X-A: b\rX: c\r\n${LENGTH}`, BODY + HIDDEN)],
    ["a NUL in a header", post(`X-A: b\0\r\n${LENGTH}`, BODY + HIDDEN)],
    [
      "a chunk that is longer than it says",
      post("Transfer-Encoding: chunked\r\n", `1\r\n${BODY}\r\n0\r\n\r\n${HIDDEN}`),
    ],
    ["two hosts", post(`Host: evil.example\r\nConnection: close\r\n${LENGTH}`, BODY)],
    ["no host", HIDDEN.replace("Host: localhost\r\n", "")],
    ["another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("closes the connection on %s, and hears no second request", async (_what, bytes) => {
    const { statuses } = await converse(bytes);
    expect(statuses).toHaveLength(1);
    expect([400, 422]).toContain(statuses[0]);
  });

  it("refuses CONNECT, and echoes nothing of a TRACE request", async () => {
    expect((await converse("CONNECT uis:443 HTTP/1.1\r\nHost: uis:443\r\n\r\n")).statuses).toEqual([]);
    const traced = await converse(
      "TRACE /api/calls HTTP/1.1\r\nHost: localhost\r\nCookie: secret\r\nConnection: close\r\n\r\n",
    );
    expect(traced.statuses).toEqual([405]);
    expect(traced.text).not.toContain("secret");
  });

  it("reads 20 kB of a site's other cookies, and no more than 32 kB of headers", async () => {
    const many = await converse(post(`Cookie: a=${"x".repeat(20_000)}\r\nConnection: close\r\n${LENGTH}`));
    expect(many.statuses).toEqual([200]);
    const tooMany = await converse(post(`X-A: ${"x".repeat(33_000)}\r\n${LENGTH}`));
    expect(tooMany.statuses).toEqual([431]);
  });

  it("gives up on a client whose headers or body come too slowly", async () => {
    const [headers, body] = await Promise.all([
      converse("POST /api/session HTTP/1.1\r\nHost: localhost\r\n", port, () => "X-A: b\r\n"),
      converse(post("Content-Length: 1000\r\n", "{"), port, () => " "),
    ]);
    expect([headers.statuses, body.statuses]).toEqual([[408], [408]]);
    expect(headers.seconds).toBeLessThan(17);
    expect(body.seconds).toBeLessThan(22);
  });

  it("trusts X-Forwarded-Proto only from the proxy that TRUST_PROXY names", async () => {
    const forged = await converse(
      post(`${LENGTH}X-Forwarded-Proto: https\r\nX-Forwarded-For: 10.0.0.1\r\nConnection: close\r\n`),
      behind,
    );
    expect(forged.statuses).toEqual([503]);
    expect(forged.text).not.toMatch(/set-cookie|location:/i);
    const trusting = await start({ PUBLIC_URL: "https://calls.acme.example", TRUST_PROXY: "loopback" });
    for (const proto of ["https", "HTTPS", "Https"]) {
      const told = await converse(
        post(`${LENGTH}X-Forwarded-Proto: ${proto}\r\nConnection: close\r\n`),
        trusting,
      );
      expect(told.statuses).toEqual([200]);
      expect(told.text).toMatch(/^Set-Cookie: __Host-uis_call_acme=/m);
    }
  });

  describe.each(["/stop", "/", "/no/such/path", "/api", "/api/no/such/path"])("at %s", (path) => {
    const get = (headers = "") =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Connection: close\r\n\r\n`;

    it("sends the headers of all answers", async () => {
      const { text, statuses } = await converse(get());
      expect(statuses).toEqual([path === "/stop" ? 200 : 404]);
      for (const header of ["X-Request-Id", "Content-Security-Policy", "X-Content-Type-Options"])
        expect(text).toMatch(new RegExp(`^${header}: .`, "im"));
      expect(text).toMatch(/^Cache-Control: no-store\r$/im);
      expect(text).toMatch(/^Strict-Transport-Security: /im);
      expect(text).not.toMatch(/^X-Powered-By|^ETag/im);
    });

    it("refuses plain http where browsers come by https", async () => {
      expect((await converse(get("X-Forwarded-Proto: https\r\n"), behind)).statuses).toEqual([503]);
    });

    it("refuses a header that is ambiguous", async () => {
      expect((await converse(get("Origin: a\r\nOrigin: b\r\n"))).statuses).toEqual([422]);
    });
  });

  it("logs requests to unknown paths, and warnings about the configuration", async () => {
    const written: string[] = [];
    const output = vi
      .spyOn(process.stdout, "write")
      .mockImplementation((line) => written.push(String(line)) > 0);
    try {
      const at = await start({ LOG_LEVEL: "info" }, ["f:1: a warning"]);
      await converse("GET /no/such/path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", at);
    } finally {
      output.mockRestore();
    }
    expect(written.join("")).toContain('"method":"GET","status":404,"code":"not_found"');
    expect(written.join("")).toContain(
      '"warning":"f:1: a warning","msg":"the configuration can be improved"',
    );
  });
});
