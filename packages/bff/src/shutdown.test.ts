import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ORIGIN } from "@uis-call/testing/acme";
import { engines, postgresUrl, sqliteUrl } from "@uis-call/testing/databases";
import { ENVIRONMENT, exampleWith, killAll, startExample } from "@uis-call/testing/example";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { SQLite } from "./store/sqlite-driver.js";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "./clock.js";
import { Secret } from "./config/secret.js";
import { numberCipherOf } from "./store/number-cipher.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await killAll();
});

async function start(options: TestBffOptions): Promise<TestBff> {
  const bff = await startTestBff({ ...options, tenant: "limits: none" });
  closing.push(() => bff.stop());
  bff.uis.exchange.change({ answersWhen: "accepted" });
  return bff;
}

async function visitorOf(bff: TestBff): Promise<Visitor> {
  const visitor = bff.visitor();
  await visitor.open();
  return visitor;
}

const callOf = (n: number) => ({ target: "sales", phone: `8 900 000-1${String(100 + n)}` });

const dials = (bff: TestBff): string[] =>
  bff.uis.received("place_calls").map(({ params }) => (params as { numa: string }).numa);

describe("PostgreSQL", () => {
  it("that ends every connection under load loses no call that was accepted, and none is dialled twice", async () => {
    const databaseUrl = await postgresUrl();
    const bff = await start({ databaseUrl });
    const visitor = await visitorOf(bff);
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    closing.push(() => admin.end());
    const accepted: string[] = [];
    for (let wave = 0; wave < 4; wave++) {
      const answers = Array.from({ length: 10 }, (_, n) => visitor.call(callOf(10 * wave + n)));
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      for (const { status, body } of await Promise.all(answers)) {
        expect([201, 202, 503]).toContain(status);
        if (status < 300) accepted.push(body.id);
      }
    }
    const { length } = (await Promise.all(accepted.map((id) => over(visitor, id)))).filter(Boolean);
    expect(length).toBe(accepted.length);
    expect(new Set(dials(bff)).size).toBe(dials(bff).length);
  });
});

/** Reads a call until it is over. */
async function over(visitor: Visitor, id: string): Promise<string> {
  const deadline = Date.now() + 50_000;
  while (Date.now() < deadline) {
    const { body } = await visitor.read(id);
    if (["placed", "unknown", "failed", "held"].includes(body.status)) return body.status;
    await systemClock.sleep(100);
  }
  throw new Error("the call is not over");
}

describe("UIS that comes and goes", () => {
  it("is asked at most once for each call, and each is over in the end", { timeout: 60_000 }, async () => {
    const bff = await start({});
    const visitor = await visitorOf(bff);
    const port = Number(new URL(bff.uis.url).port);
    const ids: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      for (let n = 0; n < 5; n++) {
        const { status, body } = await visitor.call(callOf(10 * turn + n));
        expect(status).toBeLessThan(300);
        ids.push(body.id);
      }
      await bff.uis.stop();
      const { body } = await visitor.call(callOf(10 * turn + 9));
      expect([body.status, body.reason]).toEqual(["waiting", "service_unreachable"]);
      ids.push(body.id);
      await systemClock.sleep(200);
      await bff.uis.start({ port });
    }
    const statuses = await Promise.all(ids.map((id) => over(visitor, id)));
    expect(statuses.every((status) => status === "placed" || status === "unknown")).toBe(true);
    const placed = statuses.filter((status) => status === "placed").length;
    expect(placed).toBeGreaterThan(20);
    const asked = dials(bff);
    expect(new Set(asked).size).toBe(asked.length);
    // The number of orders is not exact, because a call that is `unknown` may or may not have reached UIS.
    expect(asked.length).toBeGreaterThanOrEqual(placed);
    expect(asked.length).toBeLessThanOrEqual(ids.length);
  });
});

describe.each(engines)("a visitor's browser on %s", (_name, newUrl) => {
  it("that goes away before its answer has made one call or none, and a repeat tells which", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const { hostname, port } = new URL(bff.url);
    for (let n = 0; n < 10; n++) {
      const key = randomUUID();
      const body = JSON.stringify(callOf(n));
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write(
        `POST /api/calls?tenant=acme HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\n` +
          `Cookie: ${visitor.cookie ?? ""}\r\nX-CSRF-Token: ${visitor.csrfToken ?? ""}\r\n` +
          `Idempotency-Key: ${key}\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
      );
      await systemClock.sleep(n);
      socket.destroy();
      const { status } = await visitor.call(callOf(n), { "idempotency-key": key });
      expect(status).toBeLessThan(300);
    }
    await expect.poll(() => dials(bff).length).toBe(10);
    expect(new Set(dials(bff)).size).toBe(10);
    expect(await bff.database.query.selectFrom("calls").select("id").execute()).toHaveLength(10);
  });
});

describe("the server", { timeout: 60_000 }, () => {
  const FROM_EXAMPLE = { origin: "https://www.example.com" };

  it("serves others while hundreds of connections send nothing, or half a head", async () => {
    const backend = await startExample();
    const sockets: Socket[] = [];
    closing.push(() => sockets.forEach((socket) => socket.destroy()));
    for (let n = 0; n < 400; n++) {
      const socket = connect(backend.port, "127.0.0.1");
      socket.on("error", () => undefined);
      sockets.push(socket);
      await once(socket, "connect");
      if (n % 2 === 0) socket.write("POST /api/calls HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    }
    const visitor = await backend.visitor();
    expect((await visitor.call(callOf(1), FROM_EXAMPLE)).status).toBe(202);
  });

  it("that is told to end under load has answered every request it has kept", async () => {
    const databaseUrl = sqliteUrl();
    const backend = await startExample(
      { DATABASE_URL: databaseUrl },
      exampleWith("limits: none\n    proof: never"),
    );
    const visitor = await backend.visitor();
    const answered: string[] = [];
    const unanswered: string[] = [];
    let next = 0;
    let ended = false;
    const keepCalling = async (): Promise<void> => {
      while (!ended) {
        const call = callOf(next++);
        const e164 = `+7${call.phone.replaceAll(/\D/g, "").slice(1)}`;
        const answer = await visitor.call(call, FROM_EXAMPLE).catch(() => undefined);
        if (answer === undefined) {
          unanswered.push(e164);
          return;
        }
        expect([201, 202, 503]).toContain(answer.status);
        if (answer.status < 300) answered.push(e164);
      }
    };
    const load = Array.from({ length: 12 }, keepCalling);
    await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(60);
    expect(await backend.stop()).toEqual([0, null]);
    ended = true;
    await Promise.all(load);
    const db = new SQLite(databaseUrl.slice("sqlite:".length));
    const encryptedKey = db.prepare("select encrypted_key from number_keys").pluck().get() as string;
    const cipher = numberCipherOf(encryptedKey, [new Secret(ENVIRONMENT.SESSION_SECRET)]);
    const encrypted = db.prepare("select visitor_number from calls").pluck().all() as string[];
    const kept = encrypted.map((number) => cipher.decrypt(number));
    db.close();
    expect(answered.filter((number) => !kept.includes(number))).toEqual([]);
    expect(unanswered.filter((number) => kept.includes(number))).toEqual([]);
  });
});
