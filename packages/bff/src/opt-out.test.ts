import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { got, type Response } from "got";
import { afterEach, describe, expect, it } from "vitest";
import { createIdentityToken } from "./tokens.js";
import { WRONG_CODES } from "./policy/opt-out.js";

const HOUR = 3_600_000;
/** Number of a person who was called, but had not requested a call. */
const PHONE = "8 900 000-00-01";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Starts a backend whose calls are placed at once, so that a test can make one call after another. */
async function start(options: TestBffOptions = {}) {
  const clock = new TestClock();
  const bff = await startTestBff({ clock, ...options, tenant: options.tenant ?? "limits: none" });
  bff.uis.exchange.change({ answersWhen: "accepted" });
  closing.push(() => bff.stop());
  const visitor = bff.visitor();
  await visitor.open();
  return { bff, clock, visitor };
}

interface Order {
  numa: string;
  numa_message?: { type: string; value: string };
  switch_at_once: boolean;
}

const orders = (bff: TestBff): Order[] =>
  bff.uis.received("place_calls").map(({ params }) => params as Order);

async function place(visitor: Visitor, body: object = { target: "sales", phone: PHONE }, headers = {}) {
  const { body: call } = await visitor.call(body, headers);
  return visitor.until(call.id, "placed");
}

/** Returns the code that was spoken in the last call. */
function codeOf(bff: TestBff): string {
  const spoken = orders(bff).at(-1)?.numa_message?.value ?? "";
  const code = /(?:\d ){5}\d/.exec(spoken)?.[0];
  if (code === undefined) throw new Error("no code was told");
  return code;
}

const page = (bff: TestBff, headers: Record<string, string> = {}): Promise<Response<string>> =>
  got(`${bff.url}/stop`, { headers, retry: { limit: 0 }, throwHttpErrors: false });

const send = (
  bff: TestBff,
  code: string,
  headers: Record<string, string> = {},
  number = "0001",
): Promise<Response<string>> =>
  got.post(`${bff.url}/stop`, {
    form: { code, number },
    headers,
    retry: { limit: 0 },
    throwHttpErrors: false,
  });

const otherThan = (code: string): string =>
  String((Number(code.replaceAll(" ", "")) + 1) % 1_000_000).padStart(6, "0");

describe.each(engines)("a person who is called on %s", (_name, newUrl) => {
  it("is told how to opt out from the third call in six hours on, in the call's language, digit by digit", async () => {
    const { bff, clock, visitor } = await start({ databaseUrl: await newUrl() });
    for (let n = 0; n < 2; n++) await place(visitor);
    clock.advance(5 * HOUR);
    await visitor.open();
    await place(visitor);
    await place(visitor, undefined, { "accept-language": "ru" });
    expect(orders(bff).map(({ numa_message }) => numa_message?.value)).toEqual([
      "Hello! Connecting you to sales.",
      "Hello! Connecting you to sales.",
      expect.stringMatching(
        /^Hello! Connecting you to sales\. If you did not .* calls\.acme\.example\/stop and enter the code (\d \d \d \d \d \d): .* \1\.$/,
      ),
      expect.stringMatching(
        /^Здравствуйте! .* calls\.acme\.example\/stop и введите код (\d \d \d \d \d \d): .* \1\.$/,
      ),
    ]);
    const [third, fourth] = orders(bff).slice(2);
    expect(third?.numa_message?.value.slice(-13)).not.toBe(fourth?.numa_message?.value.slice(-13));
  });

  const told = (bff: TestBff): boolean[] =>
    orders(bff).map(({ numa_message }) => numa_message?.value.includes("/stop") === true);

  it.each([
    ["from the fourth call in 24 hours on", 3 * HOUR + 1, [false, false, false, true, true]],
    ["from the sixth call in seven days on", 25 * HOUR, [false, false, false, false, false, true, true]],
    ["never where the calls lie further apart", 34 * HOUR, [false, false, false, false, false, false]],
  ])("is told %s", async (_when, apart, expected) => {
    const { bff, clock, visitor } = await start({ databaseUrl: await newUrl() });
    for (let n = 0; n < expected.length; n++) {
      if (n > 0) clock.advance(apart);
      await visitor.open();
      await place(visitor);
    }
    expect(told(bff)).toEqual(expected);
  });

  it("is told by the calls of all tenants together", async () => {
    const { bff, visitor } = await start({ databaseUrl: await newUrl() });
    for (let n = 0; n < 2; n++) await place(visitor);
    const other = bff.visitor();
    other.headers = { origin: "https://careful.example" };
    await other.open("careful");
    await place(other, { target: "sales", phone: PHONE, consent: true });
    expect(codeOf(bff)).toMatch(/^\d/);
  });

  it("is told by a target of its own setting, and never where the tenant's own users call", async () => {
    const { bff } = await start({
      databaseUrl: await newUrl(),
      tenant: [
        "limits: none",
        "optOut: never",
        "identity: { secret: { env: IDENTITY_SECRET }, required: true }",
      ].join("\n    "),
      targets: 'loud: { title: Loud, office: "+79000000103", optOut: always }',
    });
    const visitor = bff.visitor();
    const token = createIdentityToken(
      { tenant: "acme", sub: "u-1" },
      SCANNED.identitySecret,
      new TestClock().now(),
    );
    await visitor.open("acme", {}, await token);
    for (let n = 0; n < 4; n++) await place(visitor);
    await place(visitor, { target: "loud", phone: PHONE });
    expect(told(bff)).toEqual([false, false, false, false, true]);
  });

  it("blocks the number for all tenants with the code alone: requests are kept, and nothing is dialled", async () => {
    const { bff, visitor } = await start({ databaseUrl: await newUrl(), tenant: "optOut: always" });
    await place(visitor);
    const answer = await send(bff, codeOf(bff));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("The calls have stopped");
    const dialled = orders(bff).length;
    const { body: held } = await visitor.call({ target: "support", phone: "+79000000001" });
    expect([held.status, held.reason]).toEqual(["held", "kept"]);
    const other = bff.visitor();
    other.headers = { origin: "https://careful.example" };
    await other.open("careful");
    const { body: there } = await other.call({ target: "sales", phone: PHONE, consent: true });
    expect([there.status, there.reason]).toEqual(["held", "kept"]);
    expect(orders(bff)).toHaveLength(dialled);
    const told = await bff.database.query.selectFrom("notifications").select(["status", "reason"]).execute();
    expect(told).toEqual([
      { status: "held", reason: "number_blocked" },
      { status: "held", reason: "number_blocked" },
    ]);
    // Other numbers are still called.
    await place(visitor, { target: "sales", phone: "8 900 000-00-02" });
  });

  it("repeatedly called numbers are blocked for good by the first code", async () => {
    const { bff, clock } = await start({
      databaseUrl: await newUrl(),
      tenant: "limits: default",
      trustProxy: "loopback",
    });
    let asked = 0;
    const bomb = async (requests: number): Promise<(string | undefined)[]> => {
      const reasons = [];
      for (let n = 0; n < requests; n++) {
        const bomber = bff.visitor();
        bomber.headers = { "x-forwarded-for": `10.1.${String(asked >> 8)}.${String(asked++ & 255)}` };
        await bomber.open();
        const { status, body } = await bomber.call({ target: "sales", phone: PHONE });
        expect(status).toBeLessThan(300);
        if (body.status === "held") reasons.push(body.reason);
        else await bomber.until(body.id, "placed");
      }
      return reasons;
    };
    await bomb(3);
    expect(orders(bff)).toHaveLength(3);
    expect((await send(bff, codeOf(bff))).statusCode).toBe(200);
    for (let month = 0; month < 3; month++) {
      expect(await bomb(30)).toEqual(Array.from({ length: 30 }, () => "kept"));
      clock.advance(31 * 24 * HOUR);
    }
    expect(orders(bff)).toHaveLength(3);
    const told = await bff.database.query
      .selectFrom("notifications")
      .select(["reason", "requests"])
      .execute();
    expect(told).toEqual(Array.from({ length: 3 }, () => ({ reason: "number_blocked", requests: 30 })));
  });

  it("keeps a call that was to come later from being dialled", async () => {
    const { bff, clock, visitor } = await start({ databaseUrl: await newUrl(), tenant: "optOut: always" });
    const at = new Date(clock.now().getTime() + 25 * 60_000).toISOString();
    await place(visitor);
    const { body: later } = await visitor.call({ target: "sales", phone: PHONE, at });
    expect(later.status).toBe("scheduled");
    expect((await send(bff, codeOf(bff))).statusCode).toBe(200);
    clock.advance(26 * 60_000);
    await visitor.until(later.id, "held");
    expect(orders(bff)).toHaveLength(1);
  });

  it("can use a code for 48 hours, and once: when the block was lifted it blocks no more", async () => {
    const { bff, clock, visitor } = await start({ databaseUrl: await newUrl(), tenant: "optOut: always" });
    await place(visitor);
    const code = codeOf(bff);
    clock.advance(48 * HOUR - 1000);
    expect((await send(bff, code)).statusCode).toBe(200);
    // Sends the form again, as a reload of the page does.
    expect((await send(bff, code)).statusCode).toBe(200);
    await bff.database.write("test", (transaction) => transaction.deleteFrom("number_blocks").execute());
    expect((await send(bff, code)).statusCode).toBe(422);
    await visitor.open();
    await place(visitor);
    clock.advance(48 * HOUR);
    expect((await send(bff, codeOf(bff))).statusCode).toBe(422);
    expect(await bff.database.query.selectFrom("number_blocks").selectAll().execute()).toEqual([]);
  });

  it("needs the last four digits of the number, too: a code alone blocks nothing", async () => {
    const { bff, visitor } = await start({ databaseUrl: await newUrl(), tenant: "optOut: always" });
    await place(visitor);
    for (const number of ["", "1", "79000000001", "0002"])
      expect((await send(bff, codeOf(bff), {}, number)).statusCode).toBe(422);
    expect((await send(bff, codeOf(bff), {}, " 00-01")).statusCode).toBe(200);
  });

  it("is slowed after ten wrong tries from one range of addresses, but never refused", async () => {
    const { bff, clock, visitor } = await start({
      databaseUrl: await newUrl(),
      tenant: "optOut: always",
      trustProxy: "loopback",
    });
    await place(visitor);
    const code = codeOf(bff);
    const { free, stepMs, mostMs, noticed } = WRONG_CODES;
    const guess = (n: number, typed = otherThan(code)) =>
      send(bff, typed, { "x-forwarded-for": `2001:db8:0:${n.toString(16)}::1` });
    /** Advances the clock until the answer is there. Returns its status, and how long it took by this clock. */
    const awaited = async (answer: Promise<Response<string>>): Promise<[number, number]> => {
      const begin = clock.now().getTime();
      let status: number | undefined;
      void answer.then(({ statusCode }) => (status = statusCode));
      await expect
        .poll(() => (clock.advance(status === undefined ? 100 : 0), status), { interval: 10 })
        .toBeDefined();
      return [status ?? 0, clock.now().getTime() - begin];
    };
    // What is no code is not counted.
    for (const typed of ["", "12345", "1234567", "abcdef", "<b>1</b>"])
      expect((await guess(0, typed)).statusCode).toBe(422);
    for (let n = 0; n < free; n++) expect((await guess(n)).statusCode).toBe(422);
    const [status, took] = await awaited(guess(free));
    expect(status).toBe(422);
    expect(took).toBeGreaterThanOrEqual(stepMs);
    // Guesses at the same time are slowed, too.
    const many = Array.from({ length: noticed }, (_, n) => guess(n));
    const [, together] = await awaited(Promise.all(many).then((answers) => answers.at(-1)!));
    expect(together).toBeGreaterThanOrEqual(mostMs);
    expect((await Promise.all(many)).map(({ statusCode }) => statusCode)).toEqual(many.map(() => 422));
    expect(bff.logged()).toContain("opt-out codes are being guessed");
    // The page stays open: at once for another address, and after a moment for one of the range.
    const elsewhere = await send(bff, otherThan(code), { "x-forwarded-for": "192.0.2.1" });
    expect(elsewhere.statusCode).toBe(422);
    expect((await awaited(guess(1, code)))[0]).toBe(200);
    expect((await send(bff, code, { "x-forwarded-for": "192.0.2.1" })).statusCode).toBe(200);
  });
});

describe("the message with the opt-out notice", () => {
  const tenants = (target: string) => ({ tenant: "optOut: always", targets: target });

  it("is all the visitor hears where the target has no message of its own, or a recording", async () => {
    const { bff, visitor } = await start(
      tenants(
        `recorded: { title: R, office: "+79000000103", visitorMessage: { media: hello.mp3 }, switchAtOnce: true }`,
      ),
    );
    await place(visitor, { target: "support", phone: PHONE });
    await place(visitor, { target: "recorded", phone: PHONE });
    for (const { numa_message } of orders(bff)) {
      expect(numa_message).toEqual({
        type: "text",
        value: expect.stringMatching(
          /^If you did not ask for this call, open calls\.acme\.example\/stop/,
        ) as string,
      });
    }
  });

  it("is not cut off by the other side's answer", async () => {
    const { bff, visitor } = await start(
      tenants(`quick: { title: Q, office: "+79000000103", switchAtOnce: true }`),
    );
    await place(visitor, { target: "quick", phone: PHONE });
    expect(orders(bff)[0]?.switch_at_once).toBe(false);
  });

  it("has a new code for the second attempt of a call, and the first one's no longer works", async () => {
    const { bff, visitor } = await start({ tenant: "optOut: always" });
    const told: string[] = [];
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method !== "place_calls") return;
      told.push(codeOf(bff));
      if (told.length === 1) answer.body = { jsonrpc: "2.0", error: { code: -32005, message: "expired" } };
    };
    await place(visitor);
    expect(told).toHaveLength(2);
    expect((await send(bff, told[0]!)).statusCode).toBe(422);
    expect((await send(bff, told[1]!)).statusCode).toBe(200);
  });

  it("does not appear in the log, although UIS repeats all it was sent", async () => {
    const { bff, visitor } = await start({ tenant: "optOut: always" });
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method !== "place_calls") return;
      const data = JSON.stringify(request.params);
      answer.body = { jsonrpc: "2.0", error: { code: -32602, message: data, data } };
    };
    const { body } = await visitor.call({ target: "sales", phone: PHONE });
    await visitor.until(body.id, "failed");
    expect(bff.logged()).toContain("numa");
    expect(bff.logged()).not.toContain(codeOf(bff));
  });
});

describe("the opt-out page", () => {
  it.each([
    ["ru-RU,ru;q=0.9,en;q=0.8", "ru", "Код из шести цифр"],
    ["en-GB", "en", "Six-digit code"],
    ["de", "en", "Six-digit code"],
  ])("speaks to a browser of %s in %s", async (accepted, language, label) => {
    const { bff } = await start();
    const { body, headers } = await page(bff, { "accept-language": accepted });
    expect(body).toContain(`<html lang="${language}">`);
    expect(body).toContain(`<label for="code">${label}</label>`);
    expect(headers.vary).toContain("Accept-Language");
  });

  it("loads only its own style, has no script, sets no cookie, and is not cached", async () => {
    const { bff } = await start();
    const { body, headers } = await page(bff);
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(body).not.toMatch(/<script|\son\w+=|style="|https?:/);
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["cache-control"]).toBe("no-store");
    const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? "";
    expect(policy).toContain(createHash("sha256").update(style).digest("base64"));
  });

  it("ties what is wrong to the field, and repeats nothing of what was typed", async () => {
    const { bff } = await start();
    const { statusCode, body } = await send(bff, `"><script>alert(1)</script>`);
    expect(statusCode).toBe(422);
    expect(body).toContain(`<p class="error" id="error" role="alert">Enter six digits`);
    expect(body).toContain(`aria-describedby="error hint" aria-invalid="true"`);
    expect(body).toContain("<title>Error: ");
    expect(body).not.toContain("alert(1)");
  });

  it("takes the code in whatever way it is typed", async () => {
    const { bff, visitor } = await start({ tenant: "optOut: always" });
    for (const typed of [
      (code: string) => code.replace(/^(.)(.)(.)/, "$1$2$3-"),
      (code: string) => ` ${Array.from(code).join(" ")} `,
      (code: string) => Array.from(code, (digit) => String.fromCodePoint(0xff10 + Number(digit))).join(""),
    ]) {
      await bff.database.write("test", (transaction) => transaction.deleteFrom("number_blocks").execute());
      await place(visitor);
      expect((await send(bff, typed(codeOf(bff).replaceAll(" ", "")))).statusCode).toBe(200);
    }
  });

  it("answers other methods, wrong and oversized bodies with the page, and changes nothing", async () => {
    const { bff } = await start();
    const url = `${bff.url}/stop`;
    const odd = { retry: { limit: 0 }, throwHttpErrors: false };
    const put = await got.put(url, odd);
    expect([put.statusCode, put.headers.allow]).toEqual([405, "GET, POST"]);
    const json = await got.post(url, { ...odd, json: { code: "123456" } });
    expect([json.statusCode, json.headers["content-type"]]).toEqual([422, "text/html; charset=utf-8"]);
    const much = await got.post(url, { ...odd, form: { code: "1".repeat(5000) } });
    expect([much.statusCode, much.headers["content-type"]]).toEqual([413, "text/html; charset=utf-8"]);
  });

  it("says that it did not work when the database is away", async () => {
    const { bff } = await start();
    await bff.database.write("test", (transaction) =>
      transaction.schema.dropTable("opt_out_codes").execute(),
    );
    const { statusCode, body } = await send(bff, "123456");
    expect(statusCode).toBe(503);
    expect(body).toContain("Nothing was changed");
  });
});

describe("docs/privacy.md", () => {
  const text = readFileSync(fileURLToPath(new URL("../../../docs/privacy.md", import.meta.url)), "utf8");

  it("states the limits of wrong codes and computes their effect correctly", () => {
    const { within, free, stepMs, mostMs, noticed } = WRONG_CODES;
    expect(within).toBe(3600);
    expect(text).toContain(`first ${String(free)} wrong tries`);
    expect(text).toContain(`${String(stepMs / 1000)} seconds longer`);
    expect(text).toContain(`wrong try number ${String(noticed)} within an hour`);
    expect(text).toContain(`at most ${String(mostMs / 1000)} seconds`);
    const tries = (1000 * 3600) / (mostMs / 1000);
    expect(text).toContain(`${tries.toLocaleString("en")} tries an hour`);
    const rows = [...text.matchAll(/^\| +([\d,]+) \| +([\d.]+) \| +(\d+) (days|hours) \|$/gm)];
    expect(rows).toHaveLength(3);
    for (const [, alive = "", hits, every, unit] of rows) {
      const chance = Number(alive.replace(",", "")) / 10 ** 10;
      expect(Number(hits)).toBeCloseTo(tries * chance, 6);
      const hours = 1 / (tries * chance);
      expect(Number(every)).toBe(Math.round(unit === "days" ? hours / 24 : hours));
    }
  });
});
