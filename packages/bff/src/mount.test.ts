import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UisSimulator } from "@uis-call/simulator";
import { acmeYaml } from "@uis-call/testing/acme";
import { freePort } from "@uis-call/testing/ports";
import { Visitor } from "@uis-call/testing/visitor";
import express from "express";
import expressSession from "express-session";
import { got } from "got";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseConfiguration } from "./config/configuration-file.js";
import { Secret } from "./config/secret.js";
import { createLogger } from "./log.js";
import { type CallRouter, createCallRouter, type HostUser } from "./mount.js";
import { type Database, openDatabase } from "./store/database.js";
import { openNumberCipher } from "./store/number-cipher.js";

const ACCOUNT = { login: "acme-login", password: "a-password", serviceNumbers: ["74990000000"] };
const SECRET = "0123456789abcdef0123456789abcdef";
const CALL = { target: "sales", phone: "8 900 000-00-01" };

let uis: UisSimulator;
beforeAll(async () => {
  uis = new UisSimulator({ accounts: [ACCOUNT], settings: { answersWhen: "accepted" } });
  await uis.start({ port: 0 });
});
afterAll(() => uis.stop());

const placed = () => uis.received("place_calls").length;

describe("docs/mount.md", () => {
  const example =
    /^```js\n([^]*?)```/m.exec(
      readFileSync(fileURLToPath(new URL("../../../docs/mount.md", import.meta.url)), "utf8"),
    )?.[1] ?? "";

  it("has an example of less than 30 lines that calls as it stands, with no cookie but the application's", async () => {
    expect(example.split("\n").length).toBeLessThan(30);
    const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
    const port = await freePort();
    const url = `http://localhost:${String(port)}`;
    const configuration = join(folder, "calls.yaml");
    writeFileSync(configuration, acmeYaml(uis.url).replace("https://acme.example", url));
    const login = `app.get("/login", (request, response) => {
      request.session.user = { id: "u1", name: "Ann" };
      response.end();
    });`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", example + login], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PORT: String(port),
        PUBLIC_URL: url,
        DATABASE_URL: `sqlite:${join(folder, "calls.db")}`,
        CALLS_CONFIG: configuration,
        SECRET,
        UIS_PASSWORD: ACCOUNT.password,
      },
    });
    try {
      const visitor = new Visitor(`http://127.0.0.1:${String(port)}/call`);
      const ready = () => visitor.send("GET", "/health/ready").catch(() => ({ status: 0 }));
      await expect.poll(async () => (await ready()).status, { timeout: 20_000 }).toBe(200);
      const loggedIn = await got(`http://127.0.0.1:${String(port)}/login`);
      visitor.cookie = loggedIn.headers["set-cookie"]?.[0]?.split(";")[0];
      expect(visitor.cookie).toMatch(/^connect\.sid=/);
      const opened = await visitor.open("acme", { origin: url });
      expect(opened.body.user).toEqual({ kind: "identified", name: "Ann" });
      expect(opened.headers["set-cookie"]).toBeUndefined();
      const before = placed();
      expect((await visitor.call(CALL)).status).toBe(201);
      expect(placed() - before).toBe(1);
      // This is the address that is spoken to the person called.
      expect((await got(`${url.replace("localhost", "127.0.0.1")}/stop`)).body).toContain("Six-digit code");
    } finally {
      child.kill();
      await once(child, "exit");
    }
  });
});

describe("a router in a host application", () => {
  const ORIGIN = "https://shop.example";
  /** Page of the tenant `careful`. */
  const SIBLING = "https://careful.shop.example";
  let store: expressSession.MemoryStore;
  let user: HostUser | undefined;
  let asked: () => void;
  let withSession: boolean;
  let calls: CallRouter;
  let visitor: Visitor;
  const lines: string[] = [];
  let before: number;
  let stop: () => Promise<void>;
  let database: Database | undefined;

  beforeEach(async () => {
    [user, asked, withSession, before] = [undefined, () => undefined, true, placed()];
    lines.length = 0;
    store = new expressSession.MemoryStore();
    const yaml = acmeYaml(uis.url)
      .replace("https://acme.example", `${ORIGIN}", "https://foreign.example`)
      .replace("https://careful.acme.example", SIBLING);
    calls = await createCallRouter({
      configuration: parseConfiguration(
        yaml,
        { variable: () => ACCOUNT.password, file: () => undefined },
        "test.yaml",
      ),
      databaseUrl: "sqlite::memory:",
      open: async (url) => (database = await openDatabase(url)),
      publicUrl: new URL("https://www.shop.example"),
      sessionSecrets: [new Secret(SECRET)],
      log: createLogger("debug", (line) => lines.push(line)),
      session: (request) => (withSession ? request.session : undefined),
      user: () => {
        asked();
        return Promise.resolve(user);
      },
    });
    const app = express().set("trust proxy", "loopback");
    app.use(expressSession({ secret: SECRET, resave: false, saveUninitialized: false, store }));
    app.use("/call", calls);
    app.get("/cart", (request, response) => {
      (request.session as { cart?: string }).cart = "tea";
      response.end();
    });
    const server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/call`;
    visitor = new Visitor(url);
    visitor.headers = { "x-forwarded-proto": "https" };
    stop = async () => {
      server.close();
      server.closeAllConnections();
      await calls.close(0);
    };
  });
  afterEach(() => stop());

  const open = () => visitor.open("acme", { origin: ORIGIN });
  const call = () => visitor.call({ ...CALL, phone: `8 900 000 ${String(1000 + placed())}` });
  const kept = () => Object.values((store as unknown as { sessions: Record<string, string> }).sessions);

  it("keeps its data in the application's session, beside what is there, and sets no cookie of its own", async () => {
    const { headers } = await open();
    expect(headers["set-cookie"]).toEqual([expect.stringMatching(/^connect\.sid=/)]);
    await visitor.send("GET", "/../cart");
    await open();
    expect(kept().map((text) => Object.keys(JSON.parse(text) as object))).toEqual([
      ["cookie", "uisCalls", "cart"],
    ]);
    expect((await call()).status).toBe(201);
    expect(await database?.query.selectFrom("sessions").selectAll().execute()).toEqual([]);
  });

  it("takes the user from the application at each request", async () => {
    user = { id: "u1", name: "Ann" };
    expect((await open()).body.user).toEqual({ kind: "identified", name: "Ann" });
    const { body } = await call();
    user = { id: "u1", name: "Ann Smith" };
    expect((await open()).body.user.name).toBe("Ann Smith");
    expect((await visitor.read(body.id)).status).toBe(200);
    for (const other of [undefined, { id: "u2" }]) {
      user = other;
      expect((await call()).body.code).toBe("session_required");
      expect((await visitor.read(body.id)).body.code).toBe("session_required");
      await open();
      expect((await visitor.read(body.id)).body.code).toBe("not_found");
    }
    expect(placed() - before).toBe(1);
  });

  it("keeps nothing of the user in the application's session but the id", async () => {
    user = { id: "u1", name: "Ann", phone: "+79000000077", targets: ["sales"] };
    await open();
    expect(
      (JSON.parse(kept()[0] ?? "") as { uisCalls: { acme: { user: unknown } } }).uisCalls.acme.user,
    ).toEqual({
      id: "u1",
    });
    expect(kept().join()).not.toMatch(/Ann|9000000077/);
  });

  it.each<[string, Partial<HostUser>]>([
    ["id", { id: "u\u0000" }],
    ["name", { name: "Ann\u001b[2J" }],
    ["targets.0", { targets: ["sales\n"] }],
    ["variables.product", { variables: { product: "tea\u2028" } }],
    ["reference", { reference: "\ud800" }],
    ["timeZone", { timeZone: "Mars/Olympus" }],
  ])("refuses a user whose %s cannot be stored or shown, and names it in the log", async (place, odd) => {
    user = { id: "u1", ...odd };
    expect((await open()).status).toBe(500);
    expect(lines.join("")).toContain(`user(request) returned invalid values at: ${place}`);
  });

  it("logs no answer as cut off, although the application delays each until its session is stored", async () => {
    await open();
    expect((await call()).status).toBe(201);
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    const requests = lines.filter((line) => line.includes('"msg":"request"'));
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(requests.filter((line) => line.includes('"cut"'))).toEqual([]);
  });

  it("is ended by DELETE, and the application's session is not", async () => {
    await visitor.send("GET", "/../cart");
    await open();
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    expect(kept().map((text) => Object.keys(JSON.parse(text) as object))).toEqual([["cookie", "cart"]]);
    expect((await call()).body.code).toBe("session_required");
  });

  it("keeps the sessions of two tenants apart", async () => {
    await open();
    const { csrfToken } = visitor;
    const { body: call } = await visitor.call(CALL);
    await visitor.open("careful", { origin: SIBLING });
    expect((await visitor.read(call.id)).body.code).toBe("not_found");
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    Object.assign(visitor, { tenant: "acme", csrfToken });
    visitor.at(ORIGIN);
    expect((await visitor.read(call.id)).status).toBe(200);
  });

  it("opens no session by bearer token", async () => {
    const { status, body, headers } = await visitor.open("acme", { origin: ORIGIN }, undefined, true);
    expect([status, body.code, body.at, body.sessionToken]).toEqual([
      422,
      "invalid_request",
      "bearer",
      undefined,
    ]);
    expect(headers["set-cookie"]).toBeUndefined();
  });

  it.each<[string, () => void, number, string]>([
    ["has no session", () => (withSession = false), 503, "unavailable"],
    ["says rubbish", () => (user = { id: "u1", phone: "8 900 000-00-77" }), 500, "internal"],
    [
      "throws",
      () => {
        asked = () => {
          throw new Error("users are away");
        };
      },
      500,
      "internal",
    ],
    [
      "cannot store its session",
      () => {
        store.set = (_id, _session, done) => done?.(new Error("the store is away"));
      },
      503,
      "unavailable",
    ],
  ])("refuses where the application %s, and UIS hears nothing", async (_what, breakIt, status, code) => {
    breakIt();
    const opened = await open();
    expect([opened.status, opened.body.code]).toEqual([status, code]);
    expect(opened.text).not.toMatch(/9000000077|are away|is away/);
    expect((await call()).status).toBeGreaterThanOrEqual(400);
    expect(lines.join("")).not.toContain("9000000077");
    expect(placed() - before).toBe(0);
  });

  it("requires CSRF token and origin as usual, and accepts no bearer token", async () => {
    await open();
    expect((await visitor.call(CALL, { "x-csrf-token": undefined })).body.code).toBe("csrf_failed");
    expect((await visitor.call(CALL, { origin: undefined })).body.code).toBe("origin_not_allowed");
    expect((await visitor.call(CALL, { origin: "https://evil.example" })).body.code).toBe(
      "origin_not_allowed",
    );
    const foreign = await visitor.call(CALL, { origin: "https://foreign.example" });
    expect([foreign.body.code, foreign.headers["access-control-allow-credentials"]]).toEqual([
      "origin_not_allowed",
      undefined,
    ]);
    const session = await visitor.send<{ code: string }>(
      "POST",
      "/session",
      { tenant: "acme" },
      {
        origin: "https://foreign.example",
        "idempotency-key": randomUUID(),
      },
    );
    expect([session.status, session.body]).toEqual([
      403,
      expect.objectContaining({ code: "origin_not_allowed" }),
    ]);
    expect(placed() - before).toBe(0);
  });

  it("refuses requests without TLS when the application is on https", async () => {
    expect((await visitor.open("acme", { origin: ORIGIN, "x-forwarded-proto": "http" })).status).toBe(503);
  });
});

it("the number cipher of a mounted router opens with the secrets it was given, and with no others", async () => {
  const databaseUrl = `sqlite:${join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.db")}`;
  const options = {
    configuration: parseConfiguration(
      acmeYaml(uis.url),
      { variable: () => ACCOUNT.password, file: () => undefined },
      "test.yaml",
    ),
    databaseUrl,
    publicUrl: new URL("https://acme.example"),
    log: createLogger("silent"),
    session: () => undefined,
    user: () => undefined,
  };
  const calls = await createCallRouter({ ...options, sessionSecrets: [new Secret(SECRET)] });
  await calls.close(0);
  const db = await openDatabase(databaseUrl);
  await expect(openNumberCipher(db, [new Secret(SECRET)])).resolves.toBeDefined();
  await db.close();
  await expect(
    createCallRouter({ ...options, sessionSecrets: [new Secret(SECRET.toUpperCase())] }),
  ).rejects.toThrow("SESSION_SECRET");
});
