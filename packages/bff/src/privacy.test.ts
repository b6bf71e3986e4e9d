import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { SCANNED } from "@uis-call/testing/acme";
import { engines, sqliteUrl } from "@uis-call/testing/databases";
import { ENVIRONMENT, run } from "@uis-call/testing/example";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { CompiledQuery } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { newCall } from "./calls/call.harness.js";
import { Ledger } from "./calls/ledger.js";
import { Secret } from "./config/secret.js";
import { readNumber } from "./commands/numbers.js";
import { openDatabase } from "./store/database.js";
import { openNumberCipher } from "./store/number-cipher.js";
import type { CallRow } from "./store/tables.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(databaseUrl: string, tenant = "limits: none") {
  const clock = new TestClock();
  const bff = await startTestBff({
    clock,
    databaseUrl,
    tenant,
    trustProxy: "loopback",
    sessionSecret: ENVIRONMENT.SESSION_SECRET,
  });
  bff.uis.exchange.change({ answersWhen: "accepted" });
  closing.push(() => bff.stop());
  return { bff, clock };
}

async function placed(bff: TestBff, body: object, tenant = "acme"): Promise<string> {
  const visitor = await visitorOf(bff, tenant);
  const { body: call } = await visitor.call({ target: "sales", ...body });
  await visitor.until(call.id, "placed");
  return call.id;
}

async function visitorOf(bff: TestBff, tenant = "acme"): Promise<Visitor> {
  const visitor = bff.visitor();
  visitor.headers = {
    "x-forwarded-for": "192.0.2.77",
    ...(tenant === "careful" && { origin: "https://careful.example" }),
  };
  await visitor.open(tenant);
  return visitor;
}

const rowOf = (bff: TestBff, id: string): Promise<CallRow> =>
  bff.database.query.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

const ASKED = {
  phone: "8 900 000-00-01",
  reference: "deal-17",
  page: "https://acme.example/tea?utm=1",
  variables: { product: "tea" },
};

describe.each(engines)("what is kept of a call on %s", (_name, newUrl) => {
  it("holds the consent with its text, version, time, address and page, the address encrypted", async () => {
    const { bff, clock } = await start(await newUrl());
    const { phone } = ASKED;
    const page = "https://careful.example/tea?utm=1";
    const row = await rowOf(bff, await placed(bff, { phone, page, consent: true }, "careful"));
    const cipher = await openNumberCipher(bff.database, [new Secret(bff.sessionSecret)]);
    expect(row).toMatchObject({
      consent_text: "I agree to be called back",
      consent_version: expect.stringMatching(/^[\da-f]{12}$/) as string,
      created_at: clock.now().toISOString(),
      page: "https://careful.example/tea",
    });
    expect(row.consent_address).not.toContain("192.0.2");
    expect(cipher.decrypt(row.consent_address ?? "")).toBe("192.0.2.77");
    // No IP address is stored without a consent.
    const other = await rowOf(bff, await placed(bff, { phone: "8 900 000-00-02" }));
    expect([other.consent_text, other.consent_version, other.consent_address]).toEqual([null, null, null]);
  });

  it("loses its personal data thirty days after its end, within the hour, and keeps what statistics need", async () => {
    const { bff, clock } = await start(await newUrl());
    const id = await placed(bff, ASKED);
    const before = await rowOf(bff, id);
    clock.advance(30 * DAY - 1000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await rowOf(bff, id)).toEqual(before);
    clock.advance(HOUR);
    await expect.poll(async () => (await rowOf(bff, id)).erased_at).toBe(clock.now().toISOString());
    expect(await rowOf(bff, id)).toEqual({
      ...before,
      visitor_number: null,
      visitor_hash: null,
      reference: null,
      variables: "{}",
      page: null,
      erased_at: clock.now().toISOString(),
    });
    expect(await bff.database.query.selectFrom("intents").selectAll().execute()).toEqual([]);
    expect(bff.logged()).toContain("erased calls whose retention is over");
  });

  it("is kept as long as its tenant configures", async () => {
    const { bff, clock } = await start(await newUrl(), "retention: { days: 2 }");
    const short = await placed(bff, ASKED);
    const long = await placed(bff, { phone: ASKED.phone, consent: true }, "careful");
    clock.advance(2 * DAY);
    await expect.poll(async () => (await rowOf(bff, short)).visitor_number).toBeNull();
    const kept = await rowOf(bff, long);
    expect([kept.visitor_number, kept.consent_address].filter((value) => value === null)).toEqual([]);
    clock.advance(28 * DAY);
    // Advances the clock repeatedly, because the job may not have been asleep yet when the clock was advanced
    // before.
    const later = async () => {
      clock.advance(HOUR);
      return (await rowOf(bff, long)).consent_address;
    };
    await expect.poll(later).toBeNull();
    expect((await rowOf(bff, long)).consent_version).not.toBeNull();
  });

  it("stays while the call is under way, and is counted from its end", async () => {
    const url = await newUrl();
    const { bff, clock } = await start(url, "retention: { days: 1 }");
    const visitor = await visitorOf(bff);
    const at = new Date(clock.now().getTime() + 13 * DAY).toISOString();
    const { body } = await visitor.call({ target: "sales", phone: ASKED.phone, at });
    clock.advance(12 * DAY);
    await placed(bff, { phone: "8 900 000-00-02" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await rowOf(bff, body.id)).visitor_number).not.toBeNull();
    clock.advance(DAY);
    await expect.poll(async () => (await rowOf(bff, body.id)).status).toBe("placed");
    expect((await rowOf(bff, body.id)).visitor_number).not.toBeNull();
    clock.advance(DAY);
    await expect.poll(async () => (await rowOf(bff, body.id)).visitor_number).toBeNull();
  });

  it("is erased in batches, of tenants that are gone, too, with the office's number", async () => {
    const url = await newUrl();
    const db = await openDatabase(url);
    const clock = new TestClock();
    const cipher = await openNumberCipher(db, [new Secret(ENVIRONMENT.SESSION_SECRET)]);
    const ledger = new Ledger(db, cipher, clock, { owner: "me" });
    await Promise.all(
      Array.from({ length: 450 }, (_, n) =>
        ledger.accept(
          newCall({
            tenant: n % 2 === 0 ? "acme" : "gone",
            visitorNumber: `+7900000${String(1000 + n)}`,
            officeNumber: "+79000000103",
            identity: "buyer-1",
            scheduledFor: null,
          }),
          false,
        ),
      ),
    );
    await db.write("test", (transaction) =>
      transaction.updateTable("calls").set({ status: "held" }).execute(),
    );
    await db.close();
    const { bff, clock: later } = await start(url);
    later.advance(30 * DAY);
    const left = () =>
      bff.database.query.selectFrom("calls").select("id").where("erased_at", "is", null).execute();
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    const rows = await bff.database.query.selectFrom("calls").selectAll().execute();
    expect(rows).toHaveLength(450);
    const held = rows.flatMap(({ visitor_number, visitor_hash, office_number, office_hash, identity }) =>
      [visitor_number, visitor_hash, office_number, office_hash, identity].filter((value) => value !== null),
    );
    expect(held).toEqual([]);
  });

  /** Text at the beginning of a long value. The erased row may overwrite the end of the value. */
  const TELLING = "something telling";

  it("is overwritten in the file of SQLite when it is erased", async () => {
    const url = await newUrl();
    if (!url.startsWith("sqlite:")) return;
    const { bff, clock } = await start(url);
    const id = await placed(bff, { ...ASKED, variables: { product: TELLING.padEnd(200, "-") } });
    clock.advance(30 * DAY);
    await expect.poll(async () => (await rowOf(bff, id)).erased_at).not.toBeNull();
    await bff.stop();
    closing.length = 0;
    expect(readFileSync(url.slice("sqlite:".length), "latin1")).not.toContain(TELLING);
  });

  it("is found among a million others by an index", async () => {
    const db = await openDatabase(await newUrl());
    closing.push(() => db.close());
    if (db.engine === "postgres") return;
    for (const [query, index] of [
      [
        "select id from calls where tenant = 'a' and erased_at is null and created_at <= 'x'",
        "calls_to_erase",
      ],
      ["select min(tenant) from calls where erased_at is null and tenant > ''", "calls_to_erase"],
      ["select id from calls where visitor_hash = 'x'", "calls_by_number"],
      ["select id from calls where visitor_hash = 'x' or office_hash = 'x'", "calls_by_office"],
      [
        "delete from intents where call_id in ('a') and (tenant, principal) in (select tenant, principal from calls where id in ('a'))",
        "USING PRIMARY KEY (tenant=? AND principal=?)",
      ],
    ] as const) {
      const { rows } = await db.query.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${query}`),
      );
      const plan = rows.map(({ detail }) => detail).join("\n");
      expect(plan).toContain(index);
      expect(plan).not.toContain("SCAN");
    }
  });
});

describe.each(engines)("the commands about one number on %s", (_name, newUrl) => {
  const environment = (databaseUrl: string) => ({ ...ENVIRONMENT, DATABASE_URL: databaseUrl });
  const lines = (out: string): Record<string, unknown>[] =>
    out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("export everything stored about it, and nothing of the other side", async () => {
    const url = await newUrl();
    const { bff } = await start(url, "optOut: always");
    const id = await placed(bff, ASKED);
    const consented = await placed(bff, { phone: ASKED.phone, consent: true }, "careful");
    await placed(bff, { phone: "8 900 000-00-02" });
    const { out, code } = await run(["export"], environment(url), "+7 900 000-00-01\n");
    expect(code).toBe(0);
    const records = lines(out);
    expect(records.filter(({ kind }) => kind === "call")).toEqual([
      expect.objectContaining({
        id,
        phone: "+79000000001",
        reference: "deal-17",
        page: "https://acme.example/tea",
        variables: { product: "tea" },
      }),
      expect.objectContaining({
        id: consented,
        consent: expect.objectContaining({ address: "192.0.2.77" }) as object,
      }),
    ]);
    expect(records.filter(({ kind }) => kind === "code")).toEqual([expect.objectContaining({ call: id })]);
    expect(records.filter(({ kind }) => kind === "count").length).toBeGreaterThan(0);
    expect(out).not.toContain(SCANNED.office);
  });

  it("forget it: only a block is left of it, and pending notifications go out without it", async () => {
    const url = await newUrl();
    const received: string[] = [];
    let taking = false;
    const receiver = await receiverThat((body) => {
      received.push(body);
      return taking;
    });
    const notify = `notify: { url: "${receiver}", secret: { env: WEBHOOK_SECRET }, phone: true }`;
    const { bff, clock } = await start(url, notify);
    const other = await placed(bff, { phone: "8 900 000-00-02" });
    expect((await run(["blocks", "add"], environment(url), "+79000000001\n")).out).toBe(
      "blocked for all tenants\n",
    );
    const visitor = await visitorOf(bff);
    const { body } = await visitor.call({ target: "sales", ...ASKED });
    expect(body.status).toBe("held");
    clock.advance(1000);
    await expect.poll(() => received.length).toBeGreaterThan(0);
    expect(received[0]).toContain("+79000000001");
    const { out, code } = await run(["forget"], environment(url), "+79000000001\n");
    expect([code, out]).toEqual([0, "forgotten in 1 calls\n"]);
    received.length = 0;
    taking = true;
    clock.advance(HOUR);
    await expect.poll(() => received.length).toBe(1);
    expect(JSON.parse(received[0]!)).toMatchObject({
      data: { id: body.id, reason: "number_blocked", variables: {} },
    });
    expect(received[0]).not.toContain("9000000001");
    const exported = lines((await run(["export"], environment(url), "+79000000001\n")).out);
    expect(exported.filter(({ kind }) => kind !== "count")).toEqual([
      expect.objectContaining({ kind: "block" }),
    ]);
    expect((await rowOf(bff, other)).visitor_number).not.toBeNull();
    const again = await (await visitorOf(bff)).call({ target: "sales", ...ASKED });
    expect(again.body.status).toBe("held");
  });

  it("forget it at once, and cancel calls scheduled to it", async () => {
    const url = await newUrl();
    const { bff, clock } = await start(url);
    const at = new Date(clock.now().getTime() + 14 * DAY - HOUR).toISOString();
    const stranger = await visitorOf(bff);
    const { body } = await stranger.call({ target: "sales", ...ASKED, at });
    expect(body.status).toBe("scheduled");
    const { out, code } = await run(["forget"], environment(url), "+79000000001\n");
    expect([code, out]).toEqual([0, "forgotten in 1 calls\n"]);
    const { status, visitor_number, visitor_hash } = await rowOf(bff, body.id);
    expect([status, visitor_number, visitor_hash]).toEqual(["cancelled", null, null]);
    expect((await stranger.read(body.id)).body.status).toBe("cancelled");
    expect(await bff.database.query.selectFrom("notifications").selectAll().execute()).toEqual([]);
  });

  it("forget nothing while a call with it is being dialled, and say what to do", async () => {
    const url = await newUrl();
    const { bff, clock } = await start(url);
    const id = await placed(bff, ASKED);
    const at = new Date(clock.now().getTime() + DAY).toISOString();
    const visitor = await visitorOf(bff);
    const later = await visitor.call({ target: "sales", ...ASKED, at });
    bff.uis.exchange.change({ answersWhen: "carried-out" });
    const { body } = await visitor.call({ target: "sales", ...ASKED });
    expect(body.status).toBe("dialing");
    const { code, error } = await run(["forget"], environment(url), "+79000000001\n");
    expect(code).toBe(1);
    expect(error).toContain("try again when it is over");
    expect((await rowOf(bff, id)).visitor_number).not.toBeNull();
    expect((await rowOf(bff, later.body.id)).status).toBe("scheduled");
    bff.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
    await visitor.until(body.id, "placed");
  });

  it("block, list and lift: the list shows no number", async () => {
    const url = await newUrl();
    const { bff } = await start(url);
    const number = "+79000000001\n";
    expect((await run(["blocks", "add"], environment(url), number)).out).toBe("blocked for all tenants\n");
    expect((await run(["blocks", "add"], environment(url), number)).out).toBe("it was blocked already\n");
    const { out } = await run(["blocks", "list"], environment(url));
    expect(lines(out)).toEqual([
      {
        id: expect.stringMatching(/^.{8}$/) as string,
        blockedAt: expect.any(String) as string,
        by: "operator",
      },
    ]);
    expect(out).not.toContain("9000000001");
    expect((await (await visitorOf(bff)).call({ target: "sales", ...ASKED })).body.status).toBe("held");
    expect((await run(["blocks", "lift"], environment(url), number)).out).toBe("called again from now on\n");
    expect((await run(["blocks", "lift"], environment(url), number)).out).toBe("it was not blocked\n");
    await placed(bff, ASKED);
  });
});

describe("the number of a command", () => {
  it.each([
    "",
    "79000000001",
    "8 900 000-00-01",
    "call me",
    "+49 30 1234567 (9-18)",
    "+49 30 1234567 - 15",
    "+49 30 1234567 ext. 5",
  ])("is refused as %j", async (typed) => {
    const input = new PassThrough();
    input.end(`${typed}\n`);
    await expect(readNumber(input, new PassThrough())).rejects.toThrow("with + and country code");
  });

  it("is prompted for on a terminal, and not echoed", async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const ask = new PassThrough();
    input.write("+7 (900) 000-00-01\n");
    expect(await readNumber(input, ask)).toBe("+79000000001");
    ask.end();
    expect(await text(ask)).toBe("number, with + and country code: ");
  });

  it("that is not stored gives a message apart from the export", async () => {
    const url = sqliteUrl();
    await (await openDatabase(url)).close();
    const exported = await run(["export"], { ...ENVIRONMENT, DATABASE_URL: url }, "+79000000009\n");
    expect(exported).toEqual({ code: 0, out: "", error: "nothing is stored about this number\n" });
  });

  it("is not taken from the command line, where others see it", async () => {
    const { code, error } = await run(["forget", "+79000000001"], {
      ...ENVIRONMENT,
      DATABASE_URL: sqliteUrl(),
    });
    expect(code).toBe(1);
    expect(error).toContain("usage:");
  });

  it.each(["leads", "export", "forget"])("cannot be read by %s without SESSION_SECRET", async (command) => {
    const { ACME_UIS_PASSWORD } = ENVIRONMENT;
    const url = sqliteUrl();
    await (await openDatabase(url)).close();
    const { code, error } = await run([command], { ACME_UIS_PASSWORD, DATABASE_URL: url }, "+79000000001\n");
    expect(code).toBe(1);
    expect(error).toContain("SESSION_SECRET");
  });
});

/**
 * Starts a receiver of webhooks.
 *
 * @param take decides whether an event is accepted
 */
async function receiverThat(take: (body: string) => boolean): Promise<string> {
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      response.statusCode = take(body) ? 204 : 500;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${randomUUID()}`;
}
