import { randomUUID } from "node:crypto";
import type { Configuration } from "@uis-call/bff";
import { acmeYaml, SCANNED } from "@uis-call/testing/acme";
import { engines, sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, describe, expect, it } from "vitest";
import type { Target, Tenant } from "./config/configuration.js";
import { createIdentityToken, type IdentityTokenClaims, sealNumber } from "./tokens.js";

const BUYER = "79000000202";
const SUPPLIER = "79000000404";

const running: TestBff[] = [];
async function start(options: TestBffOptions = {}): Promise<TestBff> {
  const bff = await startTestBff({
    tenant: [
      "limits: none",
      "identity: { secret: { env: IDENTITY_SECRET } }",
      "sealing: { key: { env: SEALING_KEY } }",
    ].join("\n    "),
    targets: [
      "supplier: { title: Supplier, office: sealed, visitor: asked }",
      "offer: { title: Offer, office: sealed, visitor: identity }",
      'account: { title: Account, office: "+79000000101", visitor: identity, variables: [plan, name], officeMessage: { text: "{name}, {plan}" } }',
    ].join("\n      "),
    ...options,
  });
  bff.uis.exchange.settings.answersWhen = "accepted";
  running.push(bff);
  return bff;
}
afterEach(() => Promise.all(running.splice(0).map((bff) => bff.stop())));

const identity = (claims: Partial<IdentityTokenClaims> = {}, now?: Date) =>
  createIdentityToken({ tenant: "acme", sub: "u-1", ...claims }, SCANNED.identitySecret, now);
const sealed = (target: string, now?: Date) =>
  sealNumber({ tenant: "acme", target, phone: `+${SUPPLIER}`, lifetime: 600 }, SCANNED.sealingKey, now);
const dialled = (bff: TestBff) => bff.uis.received("place_calls").map(({ params }) => params);

describe("a number of the user's identity", () => {
  it("is the visitor's where the target says so: nothing is typed, and the supplier's is sealed", async () => {
    const bff = await start();
    const buyer = bff.visitor();
    await buyer.open("acme", {}, await identity({ phone: `+${BUYER}` }));
    const { body } = await buyer.call({ target: "offer", sealedNumber: await sealed("offer") });
    expect(body.status).toBe("placed");
    expect(dialled(bff)).toMatchObject([{ numa: BUYER, numc: SUPPLIER }]);
  });

  it("must be present and pass the tenant's rules, or nothing is dialled", async () => {
    const bff = await start();
    for (const [phone, code] of [
      [undefined, "phone_invalid"],
      ["+70000000000", "phone_invalid"],
      ["+4915123456789", "number_not_allowed"],
      ["+79001110000", "number_not_allowed"],
    ] as const) {
      const buyer = bff.visitor();
      await buyer.open("acme", {}, await identity(phone === undefined ? {} : { phone }));
      expect((await buyer.call({ target: "account" })).body).toMatchObject({ code, at: "token" });
    }
    expect(dialled(bff)).toEqual([]);
  });

  it("comes with variables that the page cannot overrule, and only those the target has", async () => {
    const bff = await start();
    const buyer = bff.visitor();
    const variables = { name: "Anna", role: "admin" };
    await buyer.open("acme", {}, await identity({ phone: `+${BUYER}`, variables }));
    await buyer.call({ target: "account", variables: { name: "Somebody", plan: "gold" } });
    expect(dialled(bff)).toMatchObject([{ numc_message: { value: "Anna, gold" } }]);
  });
});

describe.each(engines)("a typed number that was accepted under other rules, on %s", (_engine, newUrl) => {
  const RULES: Record<string, [phone: string, before: Change, after: Change]> = {
    "for a target that takes a sealed number by now": [`+${BUYER}`, {}, { target: { visitor: "sealed" } }],
    "of a country that is not allowed any more": [
      "+77010000001",
      {},
      { numbers: { allow: ["+7"], onlyCountry: "RU" } },
    ],
    "of a range that is not allowed any more": [
      "+79400000001",
      { numbers: { allow: ["+7", "+7940"] } },
      { numbers: { allow: ["+7"] } },
    ],
    "that is a service number by now": [
      `+${BUYER}`,
      {},
      { numbers: { notVisitors: new Set([`+${BUYER}`]) } },
    ],
  };
  interface Change {
    target?: Partial<Target>;
    numbers?: Partial<Tenant["numbers"]>;
  }
  const configure = ({ target, numbers }: Change) => ({
    configure: ({ tenants }: Configuration): Configuration => ({
      tenants: tenants.map((tenant) => {
        const { sales } = tenant.targets;
        if (sales === undefined) return tenant;
        const targets = { ...tenant.targets, sales: { ...sales, ...target } };
        return { ...tenant, targets, numbers: { ...tenant.numbers, ...numbers } };
      }),
    }),
  });

  it.each(Object.entries(RULES))(
    "%s is not dialled, and is a lead",
    async (_what, [phone, before, after]) => {
      const clock = new TestClock();
      const common = { databaseUrl: await newUrl(), clock, sessionSecret: "s".repeat(40) };
      const first = await start({ ...common, ...configure(before) });
      const visitor = first.visitor();
      await visitor.open();
      const at = new Date(clock.now().getTime() + 3_600_000).toISOString();
      const { body } = await visitor.call({ target: "sales", phone, at });
      expect(body.status).toBe("scheduled");
      await running.pop()?.stop();
      const second = await start({ ...common, ...configure(after) });
      clock.advance(3_600_000);
      const statusOf = () =>
        second.database.query.selectFrom("calls").select("status").where("id", "=", body.id).execute();
      await expect.poll(statusOf).toEqual([{ status: "failed" }]);
      expect(dialled(second)).toEqual([]);
    },
  );
});

describe("a visitor's number", () => {
  it("is no service number of any tenant, and no office of the tenant's own, however they are written", async () => {
    const bff = await start({
      yaml: (url) =>
        acmeYaml(
          url,
          "limits: none",
          'groups: { title: G, office: [{ phones: [{ number: "+7 (900) 000-03-01" }] }] }',
        )
          .replace(/(id: careful[^]*?serviceNumber: )"[^"]*"/, '$1"+74990000077"')
          .replace(/(id: careful[^]*?office: )"[^"]*"/, '$1"+79000000302"'),
    });
    const visitor = bff.visitor();
    await visitor.open();
    for (const phone of ["8 499 000-00-00", "8 499 000-00-77", "+7 900 000-01-01", "8 900 000-03-01"]) {
      const { status, body } = await visitor.call({ target: "sales", phone });
      expect([phone, status, body.code]).toEqual([phone, 403, "number_not_allowed"]);
    }
    expect((await visitor.call({ target: "sales", phone: "8 900 000-03-02" })).status).toBeLessThan(300);
  });
});

describe.each(engines)("on %s", (_engine, databaseUrl) => {
  it("one token opens one session, however many requests come at once, and none a day later", async () => {
    const clock = new TestClock();
    const bff = await start({ databaseUrl: await databaseUrl(), clock });
    const token = await identity({}, clock.now());
    const open = async () => {
      const { status, body } = await bff.visitor().open("acme", {}, token);
      return status === 200 ? "opened" : body.code;
    };
    const codes = await Promise.all(Array.from({ length: 20 }, open));
    expect(codes.filter((code) => code === "opened")).toHaveLength(1);
    expect(codes.filter((code) => code === "identity_used")).toHaveLength(19);
    clock.advance(24 * 60 * 60_000);
    expect(await open()).toBe("identity_expired");
  });
});

describe("a sealed number that has expired", () => {
  it("returns its call to a repeat, and allows no other", async () => {
    const clock = new TestClock();
    const bff = await start({ clock });
    const buyer = bff.visitor();
    await buyer.open();
    const request = {
      target: "supplier",
      phone: `+${BUYER}`,
      sealedNumber: await sealed("supplier", clock.now()),
    };
    const key = { "idempotency-key": randomUUID() };
    const { body: call } = await buyer.call(request, key);
    clock.advance(600_000);
    const again = await buyer.call(request, key);
    expect([again.body.id, again.headers["idempotency-replayed"]]).toEqual([call.id, "true"]);
    expect((await buyer.call(request)).body).toMatchObject({
      code: "sealed_number_expired",
      at: "sealedNumber",
    });
    expect(dialled(bff)).toHaveLength(1);
  });
});

describe("a tenant that has begun to require an identity", () => {
  it("refuses the calls of sessions opened before, too", async () => {
    const common = { databaseUrl: sqliteUrl(), sessionSecret: "scanned-session-secret-of-32-characters" };
    const before = await start(common);
    const { cookie, csrfToken } = await (async () => {
      const visitor = before.visitor();
      await visitor.open();
      return visitor;
    })();
    await running.pop()?.stop();

    const after = await start({
      ...common,
      tenant:
        "identity: { secret: { env: IDENTITY_SECRET }, required: true }\n    sealing: { key: { env: SEALING_KEY } }",
    });
    const visitor = Object.assign(after.visitor(), { cookie, csrfToken });
    const { status, body } = await visitor.call({ target: "sales", phone: `+${BUYER}` });
    expect([status, body.code]).toEqual([401, "identity_required"]);
    expect((await visitor.open("acme", {}, await identity())).status).toBe(200);
    expect((await visitor.call({ target: "sales", phone: `+${BUYER}` })).status).toBeLessThan(300);
  });
});
