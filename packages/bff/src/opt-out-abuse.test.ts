import { SCANNED } from "@uis-call/testing/acme";
import { engines, sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { got, type Response } from "got";
import { afterEach, describe, expect, it } from "vitest";
import { WRONG_CODES } from "./policy/opt-out.js";
import { sealNumber } from "./tokens.js";

/** Number of a person who was called, but had not requested a call. */
const PHONE = "+79000000001";

const running: TestBff[] = [];
afterEach(async () => {
  for (const bff of running.splice(0)) await bff.stop();
});

/** Starts a backend that has just called the person and spoken an opt-out code. */
async function startWithCode(databaseUrl: string): Promise<{ bff: TestBff; visitor: Visitor; code: string }> {
  const bff = await startTestBff({
    databaseUrl,
    tenant: ["limits: none", "optOut: always", "sealing: { key: { env: SEALING_KEY } }"].join("\n    "),
    targets: "supplier: { title: Supplier, office: sealed, visitor: asked }",
  });
  running.push(bff);
  bff.uis.exchange.change({ answersWhen: "accepted" });
  const visitor = bff.visitor();
  await visitor.open();
  const { body } = await visitor.call({ target: "sales", phone: PHONE });
  await visitor.until(body.id, "placed");
  const { numa_message } = dialled(bff).at(-1) as { numa_message: { value: string } };
  const code = /(?:\d ){5}\d/.exec(numa_message.value)?.[0] ?? "";
  return { bff, visitor, code };
}

const dialled = (bff: TestBff): unknown[] => bff.uis.received("place_calls").map(({ params }) => params);

const send = (bff: TestBff, code: string, headers: Record<string, string> = {}): Promise<Response<string>> =>
  got.post(`${bff.url}/stop`, {
    form: { code, number: PHONE.slice(-4) },
    headers,
    retry: { limit: 0 },
    throwHttpErrors: false,
  });

const otherThan = (code: string): string =>
  String((Number(code.replaceAll(" ", "")) + 1) % 1_000_000).padStart(6, "0");

describe.each(engines)("a number that is blocked on %s", (_name, newUrl) => {
  it("is not rung as a sealed office number either", async () => {
    const { bff, visitor, code } = await startWithCode(await newUrl());
    expect((await send(bff, code)).statusCode).toBe(200);
    const before = dialled(bff).length;
    const seal = (phone: string) =>
      sealNumber({ tenant: "acme", target: "supplier", phone }, SCANNED.sealingKey);
    const call = { target: "supplier", phone: "8 900 000-00-02", sealedNumber: await seal(PHONE) };
    const { body } = await visitor.call(call);
    expect([body.status, body.reason]).toEqual(["held", "kept"]);
    expect(dialled(bff)).toHaveLength(before);
    const told = await bff.database.query.selectFrom("notifications").select("reason").execute();
    expect(told).toEqual([{ reason: "number_blocked" }]);
    // Calls another supplier, whose number is not blocked.
    const other = await visitor.call({ ...call, sealedNumber: await seal("+79000000003") });
    await visitor.until(other.body.id, "placed");
  });
});

describe("the opt-out page", () => {
  it("takes no code that a page of another site has sent from a visitor's browser, and counts none", async () => {
    const { bff, code } = await startWithCode(sqliteUrl());
    const wrong = otherThan(code);
    for (let n = 0; n <= WRONG_CODES.noticed / 10; n++) {
      const headers = { "x-forwarded-for": `10.0.0.${String(n)}` };
      for (const site of ["cross-site", "same-site"]) {
        const refused = await send(bff, wrong, { ...headers, "sec-fetch-site": site });
        expect(refused.statusCode).toBe(403);
        expect(refused.body).toContain('<form method="post">');
      }
    }
    expect((await send(bff, code, { "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
    const counted = await bff.database.query.selectFrom("limit_counts").select("bucket").execute();
    expect(counted.filter(({ bucket }) => bucket.startsWith("wrong-codes"))).toEqual([]);
    // Browsers do not send `Sec-Fetch-Site` to addresses without TLS, and send "none" if the person typed the
    // address.
    expect((await send(bff, wrong)).statusCode).toBe(422);
    expect((await send(bff, wrong, { "sec-fetch-site": "none" })).statusCode).toBe(422);
    expect((await send(bff, code, { "sec-fetch-site": "same-origin" })).statusCode).toBe(200);
  });
});
