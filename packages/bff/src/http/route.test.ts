import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { acmeYaml, PUBLIC_URL } from "@uis-call/testing/acme";
import { Visitor } from "@uis-call/testing/visitor";
import express from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "../clock.js";
import { parseConfiguration } from "../config/configuration-file.js";
import { Secret } from "../config/secret.js";
import { createLogger } from "../log.js";
import { RateLimits } from "../policy/rate-limits.js";
import { siteRelationMiddleware } from "../session/site-relation.js";
import { corsFor } from "../session/origin.js";
import { openSession, sessionMiddleware } from "../session/session.js";
import { SessionStore } from "../session/session-store.js";
import { openDatabase } from "../store/database.js";
import { openNumberCipher } from "../store/number-cipher.js";
import { noStore, securityHeaders } from "./headers.js";
import { METHODS, route, type Route } from "./route.js";
import { createOpenRouter, createRouter } from "./router.js";

const log = createLogger("silent");
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A route that opens a session and does nothing else. */
const opening = route("POST", "/session", {
  session: "opened",
  body: z.strictObject({ tenant: z.string() }),
  rate: "sessions",
  async handler({ request, response, tenant }) {
    const { csrfToken } = await openSession(request, tenant, systemClock);
    response.json({ csrfToken });
  },
});

/**
 * Serves a route table in the same way as the backend.
 *
 * @returns a visitor with a session
 */
async function visitorOf(rows: readonly Route[]): Promise<Visitor> {
  const db = await openDatabase("sqlite::memory:");
  closing.push(() => db.close());
  const secrets = [new Secret("0123456789abcdef0123456789abcdef")];
  const cipher = await openNumberCipher(db, secrets);
  const given = { variable: () => "a-password", file: () => undefined };
  const { tenants } = parseConfiguration(acmeYaml("http://127.0.0.1:9/v1"), given, "test.yaml");
  const store = new SessionStore(db, systemClock, { idle: 60_000, absolute: 60_000 });
  const router = createRouter([opening, ...rows], {
    before: [securityHeaders(), noStore],
    secure: true,
    pages: [siteRelationMiddleware(PUBLIC_URL), ...corsFor(tenants, METHODS, log)],
    sessions: sessionMiddleware({ store, tenants: tenants.map(({ id }) => id), secrets, secure: true, log }),
    overload: (_request, _response, next) => next(),
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    limits: new RateLimits(db, cipher, systemClock, log),
    log,
  });
  const server = createServer(express().set("trust proxy", "loopback").use(router)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const visitor = new Visitor(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  visitor.headers = { "x-forwarded-proto": "https" };
  expect((await visitor.open()).status).toBe(200);
  return visitor;
}

const hello = ({ response }: { response: express.Response }) => response.send("hello");

describe("a row with method and path alone", () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await visitorOf([
      ...METHODS.map((method) => route(method, "/bare")),
      ...METHODS.map((method) => route(method, "/bare/:id")),
    ]);
  });

  it.each([...METHODS, "HEAD" as const])(
    "answers %s with nothing but refusals, whatever is sent",
    async (method) => {
      const requests: [string, Record<string, string | undefined>][] = [
        ["as the page of the tenant sends it", {}],
        ["without the CSRF token", { "x-csrf-token": undefined }],
        ["without a session", { cookie: undefined }],
        ["without Origin", { origin: undefined }],
        ["from another tenant's page", { origin: "https://careful.example" }],
        ["from anybody's page", { origin: "https://evil.example" }],
        ["without TLS", { "x-forwarded-proto": "http" }],
        ["as JSON", { "content-type": "application/json" }],
        ["as a form", { "content-type": "application/x-www-form-urlencoded" }],
      ];
      for (const path of ["/bare", "/bare/1"]) {
        for (const [how, headers] of requests) {
          const { status } = await visitor.send(method, path, undefined, headers);
          expect([path, how, status >= 400 && status < 600], `status ${String(status)}`).toEqual([
            path,
            how,
            true,
          ]);
        }
      }
    },
  );

  it("checks session, token and origin before it answers that nothing is there", async () => {
    const codes = [{ cookie: undefined }, { "x-csrf-token": undefined }, { origin: undefined }, {}].map(
      async (headers) => (await visitor.send("POST", "/bare", undefined, headers)).body.code,
    );
    expect(await Promise.all(codes)).toEqual([
      "session_required",
      "csrf_failed",
      "origin_not_allowed",
      "not_found",
    ]);
  });
});

describe("a row with a handler", () => {
  it("and no options requires the session, its CSRF token and an origin of its tenant", async () => {
    const visitor = await visitorOf(
      METHODS.map((method) => route(method, "/hello", { rate: "none", handler: hello })),
    );
    for (const method of METHODS) {
      const ask = async (headers: Record<string, string | undefined>) => {
        const { status, body } = await visitor.send(method, "/hello", undefined, headers);
        return [method, status, body.code];
      };
      expect(await ask({})).toEqual([method, 200, undefined]);
      expect(await ask({ cookie: undefined })).toEqual([method, 401, "session_required"]);
      expect(await ask({ "x-csrf-token": undefined })).toEqual([method, 403, "csrf_failed"]);
      expect(await ask({ origin: undefined })).toEqual([method, 403, "origin_not_allowed"]);
      expect(await ask({ origin: "https://careful.acme.example" })).toEqual([
        method,
        403,
        "origin_not_allowed",
      ]);
    }
  });

  it("finds nothing by a parameter of its path without `own`", async () => {
    const [known, other] = [randomUUID(), randomUUID()];
    const own = {
      what: "thing",
      find: (_context: unknown, id: string) => Promise.resolve(id === known ? id : undefined),
    };
    const words = { rate: "none", handler: hello } as const;
    const visitor = await visitorOf([
      route("GET", "/any/:id", words),
      route("GET", "/own/:id", { ...words, own }),
    ]);
    const statuses = [`/any/${known}`, `/own/${known}`, `/own/${other}`, "/own/1"].map(
      async (path) => (await visitor.send("GET", path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 200, 404, 404]);
  });

  it("gets no body without `body`", async () => {
    const bodies: unknown[] = [];
    const visitor = await visitorOf([
      route("POST", "/body", {
        rate: "none",
        handler: ({ request, response, body }) => response.json(bodies.push(body, request.body)),
      }),
    ]);
    await visitor.send("POST", "/body", { a: 1 });
    expect(bodies).toEqual([undefined, undefined]);
  });

  it("and no session refuses every page without `origin`", async () => {
    const visitor = await visitorOf([
      route("GET", "/closed", { session: "none", rate: "none", handler: hello }),
    ]);
    const answers = [{}, { origin: undefined }, { "sec-fetch-site": "same-origin" }].map(
      async (headers) => (await visitor.send("GET", "/closed", undefined, headers)).body.code,
    );
    expect(await Promise.all(answers)).toEqual(Array(3).fill("origin_not_allowed"));
  });
});

/** All values of each option. `undefined` stands for an absent option. */
const WORDS = {
  session: [undefined, "required", "opened", "none"],
  csrf: [undefined, true, false],
  origin: [undefined, "required", "if sent", "own", "any", "public"],
  tls: [undefined, "optional"],
  body: [undefined, z.looseObject({ tenant: z.string() }), "form"],
  rate: [undefined, "none"],
} as const;

/** All combinations of these values. */
const combinations = Object.entries(WORDS).reduce<Record<string, unknown>[]>(
  (all, [word, values]) => all.flatMap((words) => values.map((value) => ({ ...words, [word]: value }))),
  [{}],
);

/** The function `route` without its types, because the compiler refuses most combinations. */
const untyped = route as (method: string, path: string, words: object) => Route;

it("no combination of options lets another site's page, or one without the token, change anything by cookie alone", async () => {
  const rows: Route[] = [];
  for (const words of combinations) {
    for (const method of METHODS.filter((each) => each !== "GET")) {
      try {
        rows.push(untyped(method, `/row-${String(rows.length)}`, { ...words, handler: hello }));
      } catch {
        // Ignores combinations that `route` refuses at run time.
      }
    }
  }
  expect(rows.length).toBeGreaterThan(50);
  const visitor = await visitorOf(rows);
  const inSession = rows.filter(({ session }) => session === "required");
  const changing = [...inSession, ...rows.filter(({ session }) => session === "opened")];
  expect(inSession.length).toBeGreaterThan(7);
  for (const { method, path, session } of changing) {
    const strange: Record<string, string | undefined>[] = [
      { origin: "https://evil.example" },
      { origin: "https://careful.acme.example" },
      { origin: undefined },
      { "sec-fetch-site": "cross-site" },
      ...(session === "required" ? [{ "x-csrf-token": undefined }] : []),
    ];
    const statuses = strange.map(
      async (headers) => (await visitor.send(method as "POST", path, { tenant: "acme" }, headers)).status,
    );
    expect(await Promise.all(statuses)).toEqual(strange.map(() => 403));
  }
}, 120_000);

describe("a table", () => {
  it.each<[string, string, object]>([
    ["POST that does without the token", "POST", { csrf: false }],
    ["DELETE that does without Origin", "DELETE", { origin: "if sent" }],
    ["GET in a session that every page may read", "GET", { origin: "public" }],
    ["GET in a session without TLS", "GET", { tls: "optional" }],
    ["session opened without a body that names its tenant", "POST", { session: "opened" }],
    ["handler whose requests are counted nowhere", "GET", { handler: hello }],
    ["count of sessions where none is opened", "POST", { rate: "sessions" }],
    ["count of challenges for no session", "GET", { session: "none", rate: "challenges" }],
  ])("has no row with a %s", (_what, method, words) => {
    expect(() => untyped(method, "/wrong", words)).toThrow(`${method} /wrong: `);
  });

  it("has one row for a method and path", () => {
    const row = () => route("GET", "/twice", { session: "none", whenOverloaded: "answer" });
    expect(() => createOpenRouter([row(), row()], { log })).toThrow("/twice has two rows");
  });

  it("of routes without sessions takes no row with one", () => {
    expect(() => createOpenRouter([route("GET", "/in-session")], { log })).toThrow(
      "there are no sessions here",
    );
  });
});
