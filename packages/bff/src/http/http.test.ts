import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { ORIGIN, withoutLimits } from "@uis-call/testing/acme";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generatedBody } from "./bodies.harness.js";
import { methodsByPath } from "./route.js";

const CALL = { target: "sales", phone: "8 900 000-00-01" };

let bff: TestBff;
let visitor: Visitor;
beforeAll(async () => {
  bff = await startTestBff({ configure: withoutLimits });
  bff.uis.exchange.settings.answersWhen = "accepted";
});
afterAll(() => bff.stop());
beforeEach(async () => {
  visitor = bff.visitor();
  expect((await visitor.open()).status).toBe(200);
});

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] as const;

/** Returns the content of the whole database as text. */
async function everything(): Promise<string> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(
    bff.database.query,
  );
  const tables = rows.filter(({ name }) => name !== "instances");
  return JSON.stringify(
    await Promise.all(
      tables.map(({ name }) => sql`select * from ${sql.table(name)}`.execute(bff.database.query)),
    ),
  );
}

describe("every path", () => {
  it("answers 405, with what is allowed, to every method it does not have", async () => {
    const all = [...methodsByPath(bff.routes)];
    expect(all.length).toBeGreaterThan(6);
    for (const [path, methods] of all) {
      const page = bff.routes.some((row) => row.path === path && row.failures !== undefined);
      for (const method of METHODS.filter((method) => !(methods as readonly string[]).includes(method))) {
        const answer = await visitor.send(method, path.replace(":id", randomUUID()));
        expect([path, method, answer.status, answer.body.code]).toEqual([
          path,
          method,
          405,
          // The opt-out page answers with HTML, because a person reads it.
          page ? undefined : "method_not_allowed",
        ]);
        expect(answer.headers.allow?.split(", ").sort()).toEqual([...methods].sort());
      }
    }
  });

  it("changes nothing by GET, HEAD or OPTIONS, whatever the query says", async () => {
    await visitor.call(CALL);
    const before = await everything();
    for (const path of methodsByPath(bff.routes).keys()) {
      for (const method of ["GET", "HEAD", "OPTIONS"] as const) {
        await visitor.send(method, `${path.replace(":id", randomUUID())}?target=sales&phone=79000000002`);
      }
    }
    expect(await everything()).toBe(before);
  });

  it("reads the tenant alone in the query: it chooses no call and no method", async () => {
    const { body } = await visitor.call(CALL);
    const read = await visitor.send("GET", `/calls/${body.id}?id=${randomUUID()}&id[]=1&tenant=acme`);
    expect([read.status, read.body]).toEqual([200, body]);
    const session = await visitor.send("POST", "/session?target=x&tenant[]=x", { tenant: "acme" });
    expect(session.body).toMatchObject({ tenant: { id: "acme" } });
    const post = await visitor.send("GET", "/calls?_method=POST", undefined, {
      "x-http-method-override": "POST",
    });
    expect(post.status).toBe(405);
  });

  it("answers with headers against caching, framing, sniffing and rendering", async () => {
    const answers = [
      await visitor.open(),
      await visitor.call(CALL),
      await visitor.call({ target: "nobody" }),
      await visitor.send("GET", "/nothing"),
      await visitor.send("PUT", "/calls"),
      await visitor.send("OPTIONS", "/calls"),
      await visitor.send("GET", "/health/live"),
      await visitor.open("acme", { origin: "https://evil.example" }),
      await visitor.open("acme", { "x-forwarded-proto": "http" }),
    ];
    for (const { status, headers } of answers) {
      expect({ status, ...headers }).toMatchObject({
        status,
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none';frame-ancestors 'none';base-uri 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });
});

describe("a request", () => {
  it("without TLS is refused before anything else, when the backend is on https", async () => {
    const before = await everything();
    const plain = { "x-forwarded-proto": "http" };
    const answers = [
      await bff.visitor().open("acme", plain),
      await visitor.call(CALL, plain),
      await visitor.send("OPTIONS", "/calls", undefined, plain),
      await visitor.send("POST", "/calls", "{".repeat(10_000), plain),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body.code, headers.location, headers["set-cookie"]]).toEqual([
        503,
        "unavailable",
        undefined,
        undefined,
      ]);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(await everything()).toBe(before);
    // Health checks are sent from the same machine and not through the proxy.
    expect((await visitor.send("GET", "/health/live", undefined, plain)).status).toBe(200);
  });

  it.each([
    "authorization",
    "content-type",
    "idempotency-key",
    "origin",
    "sec-fetch-site",
    "x-csrf-token",
    "host",
  ])("with two headers %s is refused, be they the same", async (twice) => {
    const body = JSON.stringify(CALL);
    const headers: Record<string, string> = {
      host: "127.0.0.1",
      origin: ORIGIN,
      authorization: "Basic Og==",
      cookie: visitor.cookie ?? "",
      "sec-fetch-site": "same-site",
      "content-type": "application/json",
      "x-csrf-token": visitor.csrfToken ?? "",
      "idempotency-key": randomUUID(),
    };
    const send = (lines: string[]) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = httpRequest(
          `${bff.url}/calls?tenant=acme`,
          { method: "POST", setHost: false },
          ({ statusCode }) => resolve(statusCode),
        );
        sent.on("error", reject);
        sent.setHeaders(new Map(Object.entries(headers).filter(([name]) => name !== twice)));
        sent.setHeader(twice, lines);
        sent.end(body);
      });
    const [line = ""] = [headers[twice]];
    expect(await send([line])).toBe(201);
    // Node's own HTTP parser already refuses some headers when they are sent twice.
    expect([400, 422]).toContain(await send([line, line]));
  });

  it("of 4,096 bytes is read, and one byte more is refused, with or without Content-Length", async () => {
    const ofLength = (length: number) => {
      const head = `{"target":"nobody","phone":"8 900 000-00-01"`;
      return `${head}${" ".repeat(length - head.length - 1)}}`;
    };
    const key = { "idempotency-key": randomUUID() };
    expect((await visitor.send("POST", "/calls", ofLength(4096), key)).body.code).toBe("target_unknown");
    expect((await visitor.send("POST", "/calls", ofLength(4097), key)).body.code).toBe("too_large");
    const chunked = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { ...key, origin: ORIGIN, cookie: visitor.cookie, "content-type": "application/json" };
      const sent = httpRequest(
        `${bff.url}/calls?tenant=acme`,
        { method: "POST", headers },
        ({ statusCode }) => resolve(statusCode),
      );
      sent.on("error", reject);
      sent.write(ofLength(4097).slice(0, 2000));
      sent.end(ofLength(4097).slice(2000));
    });
    expect(chunked).toBe(413);
  });

  it.each(["__proto__", "constructor", "prototype"])(
    "with a member named %s is refused, however deep it lies",
    async (name) => {
      const bodies = [
        `{"target":"sales","phone":"8 900 000-00-01","${name}":{"admin":true}}`,
        `{"target":"sales","phone":"8 900 000-00-01","variables":{"${name}":"x"}}`,
        `{"target":"sales","phone":"8 900 000-00-01","variables":{"product":[[{"a":{"${name}":1}}]]}}`,
        `{"target":"sales","phone":"8 900 000-00-01","\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}${name.slice(1)}":1}`,
      ];
      for (const body of bodies) {
        const answer = await visitor.send("POST", "/calls", body, { "idempotency-key": randomUUID() });
        expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
        expect(answer.body.detail).toContain(name);
      }
    },
  );

  it("nested two thousand deep is refused, and breaks nothing", async () => {
    const [open, close] = ["[".repeat(2000), "]".repeat(2000)];
    const answer = await visitor.send("POST", "/session", `{"tenant":${open}${close}}`);
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
  });
});

describe("an answer", () => {
  it("about a call has its documented members and no other", async () => {
    const { body } = await visitor.call(CALL);
    expect(Object.keys(body).sort()).toEqual(["createdAt", "id", "status", "target", "updatedAt"]);
    expect(Object.keys((await visitor.read(body.id)).body).sort()).toEqual(Object.keys(body).sort());
  });

  it("with the script has the same bytes for every installation and visitor", async () => {
    const shipped = readFileSync(fileURLToPath(import.meta.resolve("@uis-call/widget/embed")), "utf8");
    expect((await visitor.send("GET", "/widget.js")).text).toBe(shipped);
  });
});

it("500 generated bodies have no 5xx for an answer, and UIS hears nothing", async () => {
  const heard = bff.uis.records.length;
  const statuses: number[] = [];
  const paths = bff.routes.flatMap(({ body, path }) => (typeof body === "object" ? [path] : []));
  expect(paths.length).toBeGreaterThan(1);
  for (const [n, value] of fc.sample(generatedBody, { numRuns: 500, seed: 5 }).entries()) {
    const headers = { "idempotency-key": randomUUID() };
    const path = paths[n % paths.length] ?? "";
    statuses.push((await visitor.send("POST", path, JSON.stringify(value), headers)).status);
  }
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(bff.uis.records.length).toBe(heard);
});

describe("what ships", () => {
  const src = fileURLToPath(new URL("../", import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.(test|harness)\.ts$/.test(name))
    .map((name) => ({ name, text: readFileSync(src + name, "utf8") }));
  const naming = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

  it("reads no query, and never parses HTTP leniently", () => {
    expect(naming(/request\.query\b|insecureHTTPParser/)).toEqual([]);
  });

  it("builds no SQL from texts: parameters, and constants written where they are used", () => {
    const built = files.flatMap(({ name, text }) =>
      [
        ...text.matchAll(/sql\.(raw|lit)\b(<\w+>)?\((?!")[^)]*/g),
        ...text.matchAll(/\.(exec|query)\(\s*`[^`]*\$\{[^)]*/g),
      ].map(([found]) => `${name}: ${found}`),
    );
    expect(built).toEqual([]);
  });
});
