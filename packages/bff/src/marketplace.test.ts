import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SCANNED } from "@uis-call/testing/acme";
import { sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIdentityToken, type IdentityTokenClaims, sealNumber } from "./tokens.js";

const SUPPLIER = "79000000404";
const OPERATOR = "79000000505";
const CUSTOMER = "79000000606";

let bff: TestBff;
let receiver: Server;
const webhooks: string[] = [];
const visitors: Visitor[] = [];
const databaseUrl = sqliteUrl();

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      webhooks.push(JSON.stringify(request.headers) + body);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const hook = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
  bff = await startTestBff({
    databaseUrl,
    tenant: [
      "limits: none",
      "identity: { secret: { env: IDENTITY_SECRET } }",
      "sealing: { key: { env: SEALING_KEY } }",
      `notify: { url: "${hook}", secret: { env: WEBHOOK_SECRET } }`,
    ].join("\n    "),
    targets:
      "supplier: { title: Supplier, office: sealed, visitor: asked }\n      customer: { title: Customer, office: identity, visitor: sealed }",
  });
  bff.uis.exchange.settings.answersWhen = "accepted";
});
afterAll(async () => {
  await bff.stop();
  receiver.close();
});

const dialled = () => bff.uis.received("place_calls").map(({ params }) => params);

let last = 10;
/** Returns a number that is not used elsewhere in this file. */
const number = (): string => `+790000007${String(last++)}`;

async function visitor(token?: string): Promise<Visitor> {
  const one = bff.visitor();
  visitors.push(one);
  expect((await one.open("acme", {}, token)).status).toBe(200);
  return one;
}

const identity = (claims: Partial<IdentityTokenClaims> = {}, secret: string = SCANNED.identitySecret) =>
  createIdentityToken({ tenant: "acme", sub: "op-1", phone: `+${OPERATOR}`, ...claims }, secret);
const supplier = (contents: object = {}, key: string = SCANNED.sealingKey, now?: Date) =>
  sealNumber({ tenant: "acme", target: "supplier", phone: `+${SUPPLIER}`, ...contents }, key, now);
const customer = () =>
  sealNumber({ tenant: "acme", target: "customer", phone: `+${CUSTOMER}` }, SCANNED.sealingKey);

describe("a marketplace", () => {
  it("connects a buyer with a supplier whose number the page carries without knowing it", async () => {
    const buyer = await visitor();
    const phone = number();
    const { status, body } = await buyer.call({ target: "supplier", phone, sealedNumber: await supplier() });
    expect([status, body.status]).toEqual([201, "placed"]);
    expect(dialled().at(-1)).toMatchObject({ numa: phone.slice(1), numc: SUPPLIER });
    for await (const { status } of buyer.follow(body.id)) expect(status).toBe("placed");
  });

  it("refuses a sealed number that is changed, late, another tenant's, or used up, and dials none", async () => {
    const buyer = await visitor();
    const once = await supplier({ calls: 1 });
    const key = randomUUID();
    const first = { target: "supplier", phone: number(), sealedNumber: once };
    expect((await buyer.call(first, { "idempotency-key": key })).status).toBe(201);
    const before = dialled().length;
    const cases: [string, string][] = [
      [`${once.slice(0, -2)}AA`, "sealed_number_invalid"],
      [await supplier({}, Buffer.alloc(32, 1).toString("base64url")), "sealed_number_invalid"],
      [await supplier({ target: "customer" }), "sealed_number_invalid"],
      ["", "invalid_request"],
      [await supplier({}, undefined, new Date(Date.now() - 3_601_000)), "sealed_number_expired"],
      [await supplier({ tenant: "careful" }), "sealed_number_other_tenant"],
      [once, "sealed_number_used"],
      [await supplier({ phone: "+4915123456789" }), "number_not_allowed"],
    ];
    for (const [sealedNumber, code] of cases) {
      const { body } = await buyer.call({ target: "supplier", phone: number(), sealedNumber });
      expect(body.code).toBe(code);
    }
    expect(dialled()).toHaveLength(before);
    const again = await buyer.call(first, { "idempotency-key": key });
    expect([again.status, again.headers["idempotency-replayed"]]).toEqual([201, "true"]);
  });

  it("counts each call of a sealed number, however many come at once", async () => {
    const sealedNumber = await supplier({ calls: 3 });
    const buyers = await Promise.all(Array.from({ length: 20 }, () => visitor()));
    const answers = await Promise.all(
      buyers.map((buyer) => buyer.call({ target: "supplier", phone: number(), sealedNumber })),
    );
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(3);
    expect(answers.filter(({ body }) => body.code === "sealed_number_used")).toHaveLength(17);
  });

  it("takes no number from the page when the target has another source for it", async () => {
    const buyer = await visitor();
    const call = { target: "sales", phone: number(), sealedNumber: await supplier() };
    expect((await buyer.call(call)).body).toMatchObject({ code: "invalid_request", at: "sealedNumber" });
    const operator = await visitor(await identity());
    const typed = { target: "customer", phone: number(), sealedNumber: await customer() };
    expect((await operator.call(typed)).body).toMatchObject({ code: "invalid_request", at: "phone" });
  });
});

describe("a CRM", () => {
  it("connects an identified operator with the customer of the page", async () => {
    const operator = await visitor(await identity({ name: "Operator" }));
    const { body } = await operator.call({ target: "customer", sealedNumber: await customer() });
    expect(body.status).toBe("placed");
    expect(dialled().at(-1)).toMatchObject({ numa: CUSTOMER, numc: OPERATOR });
  });

  it("tells the page who the user is and what the user may do, and no number", async () => {
    const operator = bff.visitor();
    visitors.push(operator);
    const { body } = await operator.open(
      "acme",
      {},
      await identity({ name: "Operator", targets: ["customer"] }),
    );
    expect(body.user).toEqual({ kind: "identified", name: "Operator" });
    expect(body.targets).toEqual([
      { id: "customer", title: "Customer", open: true, office: "identity", visitor: "sealed" },
    ]);
    expect((await operator.call({ target: "sales", phone: number() })).body.code).toBe("target_unknown");
  });

  it("dials nothing without an identity", async () => {
    const anybody = await visitor();
    const { body } = await anybody.call({ target: "customer", sealedNumber: await customer() });
    expect(body.code).toBe("identity_required");
  });

  it("refuses a token that is changed, late, another tenant's, or used, each by its code", async () => {
    const used = await identity();
    await visitor(used);
    const before = dialled().length;
    const late = createIdentityToken(
      { tenant: "acme", sub: "op-1" },
      SCANNED.identitySecret,
      new Date(Date.now() - 181_000),
    );
    const cases: [string, string][] = [
      [(await identity()).replace(/.{8}$/, "AAAAAAAA"), "identity_invalid"],
      [await identity({}, "another-secret-that-is-long-enough-0"), "identity_invalid"],
      [await late, "identity_expired"],
      [await identity({ tenant: "careful" }), "identity_other_tenant"],
      [used, "identity_used"],
    ];
    for (const [token, code] of cases) {
      const stranger = bff.visitor();
      visitors.push(stranger);
      const { status, body } = await stranger.open("acme", {}, token);
      expect([status, body.code, body.at]).toEqual([401, code, "token"]);
      expect(stranger.cookie).toBeUndefined();
      const call = { target: "customer", sealedNumber: await customer() };
      expect((await stranger.call(call)).status).toBe(401);
    }
    expect(dialled()).toHaveLength(before);
  });

  it("that requires an identity opens no session without one, and calls for none", async () => {
    const closed = await startTestBff({
      tenant: "identity: { secret: { env: IDENTITY_SECRET }, required: true }",
    });
    const stranger = closed.visitor();
    expect((await stranger.open()).body.code).toBe("identity_required");
    expect((await stranger.call({ target: "sales", phone: number() })).body.code).toBe("session_required");
    expect((await stranger.open("acme", {}, await identity())).status).toBe(200);
    await closed.stop();
  });

  it("gives each sign-in a session id of its own, and another user none of the calls", async () => {
    const page = await visitor(await identity());
    const { body: call } = await page.call({ target: "customer", sealedNumber: await customer() });
    const ids = [page.cookie];
    await page.open("acme", {}, await identity({ targets: ["customer"] }));
    ids.push(page.cookie);
    expect((await page.read(call.id)).status).toBe(200);
    await page.open("acme", {}, await identity({ sub: "op-2" }));
    ids.push(page.cookie);
    expect((await page.read(call.id)).status).toBe(404);
    await page.open("acme");
    ids.push(page.cookie);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids.slice(0, -1)) {
      const former = bff.visitor();
      former.cookie = id;
      expect((await former.read(call.id)).status).toBe(401);
    }
  });
});

it("shows neither the supplier's, the operator's nor the customer's number anywhere", async () => {
  const buyer = await visitor();
  // UIS answers `fail`, so that an event is sent to the webhook.
  bff.uis.beforeAnswer = (request, answer) => {
    if (request.method === "place_calls") answer.body = { jsonrpc: "2.0", result: "fail", id: request.id };
  };
  const { body } = await buyer.call({ target: "supplier", phone: number(), sealedNumber: await supplier() });
  const operator = await visitor(await identity());
  await operator.call({ target: "customer", sealedNumber: await customer() });
  for await (const call of buyer.follow(body.id)) buyer.seen.push(JSON.stringify(call));
  await expect.poll(() => webhooks.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  expect(webhooks.join("")).toContain('"identity":"op-1"');
  const file = databaseUrl.slice("sqlite:".length);
  const places = {
    answers: visitors.flatMap(({ seen }) => seen).join("\n"),
    log: bff.logged(),
    webhooks: webhooks.join("\n"),
    database: ["", "-wal"].map((end) => readFileSync(file + end, "latin1")).join(""),
  };
  for (const [place, seen] of Object.entries(places)) {
    expect(seen.length, place).toBeGreaterThan(500);
    for (const secret of [SUPPLIER, OPERATOR, CUSTOMER, SCANNED.identitySecret, SCANNED.sealingKey]) {
      expect(seen.includes(secret), `${secret} in the ${place}`).toBe(false);
    }
  }
});
