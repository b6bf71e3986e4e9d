import { randomUUID } from "node:crypto";
import { SCANNED } from "@uis-call/testing/acme";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { afterEach, describe, expect, it } from "vitest";
import { createIdentityToken, sealNumber } from "./tokens.js";

const BUYER = "+79000000202";
const SUPPLIER = "+79000000404";

const running: TestBff[] = [];
async function start(): Promise<TestBff> {
  const bff = await startTestBff({
    tenant: [
      "limits: none",
      "identity: { secret: { env: IDENTITY_SECRET } }",
      "sealing: { key: { env: SEALING_KEY } }",
    ].join("\n    "),
    targets: "supplier: { title: Supplier, office: sealed, visitor: asked }",
  });
  bff.uis.exchange.settings.answersWhen = "accepted";
  running.push(bff);
  return bff;
}
afterEach(() => Promise.all(running.splice(0).map((bff) => bff.stop())));

const sealed = (reference?: string) =>
  sealNumber(
    { tenant: "acme", target: "supplier", phone: SUPPLIER, ...(reference !== undefined && { reference }) },
    SCANNED.sealingKey,
  );
const identity = (reference: string) =>
  createIdentityToken({ tenant: "acme", sub: "u-1", reference }, SCANNED.identitySecret);

describe("what a call is about", () => {
  it("is sent by the page, and returned", async () => {
    const bff = await start();
    const visitor = bff.visitor();
    await visitor.open();
    const { body } = await visitor.call({ target: "sales", phone: BUYER, reference: "Сделка 17" });
    expect(body.reference).toBe("Сделка 17");
    expect((await visitor.read(body.id)).body.reference).toBe("Сделка 17");
    const { body: other } = await visitor.call({ target: "sales", phone: "+79000000203" });
    expect(other).not.toHaveProperty("reference");
  });

  it("comes from a token before the page, and from the sealed number before the identity", async () => {
    const bff = await start();
    const visitor = bff.visitor();
    await visitor.open("acme", {}, await identity("deal-of-token"));
    const plain = await visitor.call({ target: "sales", phone: BUYER, reference: "deal-of-page" });
    expect(plain.body.reference).toBe("deal-of-token");
    for (const [inside, expected] of [
      ["ad-sealed", "ad-sealed"],
      [undefined, "deal-of-token"],
    ] as const) {
      const request = { target: "supplier", phone: "+79000000203", sealedNumber: await sealed(inside) };
      const { body } = await visitor.call({ ...request, reference: "ad-of-page" });
      expect(body.reference).toBe(expected);
    }
  });

  it.each(["", "a".repeat(129), "line\nend", "zero\u0000", "turned\u202e", "half \ud800"])(
    "is 1 to 128 printable characters, and %j is refused",
    async (reference) => {
      const bff = await start();
      const visitor = bff.visitor();
      await visitor.open();
      const { status, body } = await visitor.call({ target: "sales", phone: BUYER, reference });
      expect([status, body.code, body.at]).toEqual([422, "invalid_request", "reference"]);
    },
  );

  it("is part of the request: the same key with another is another request", async () => {
    const bff = await start();
    const visitor = bff.visitor();
    await visitor.open();
    const key = { "idempotency-key": randomUUID() };
    await visitor.call({ target: "sales", phone: BUYER, reference: "deal-1" }, key);
    const { body } = await visitor.call({ target: "sales", phone: BUYER, reference: "deal-2" }, key);
    expect(body.code).toBe("idempotency_conflict");
  });
});
