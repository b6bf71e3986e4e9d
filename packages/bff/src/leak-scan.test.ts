import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { LeakScan } from "@uis-call/testing/leak-scan";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { describe, expect, it } from "vitest";

/**
 * Starts a backend and uses it. Its `stop()` searches all output for the secrets and numbers that the backend
 * was told. The tests here prove that the search finds them.
 */
async function livedIn(options: Parameters<typeof startTestBff>[0]): Promise<TestBff> {
  const bff = await startTestBff({ ...options, tenant: "optOut: always" });
  bff.uis.exchange.change({ answersWhen: "accepted" });
  const visitor = bff.visitor();
  await visitor.open();
  const { body } = await visitor.call({ target: "sales", phone: "8 (900) 000-00-01" });
  await visitor.until(body.id, "placed");
  return bff;
}

describe.each(engines)("the leak scan on %s", (_name, newUrl) => {
  it("finds nothing in the log, answers and database of a backend that leaks nothing", async () => {
    const bff = await livedIn({ databaseUrl: await newUrl() });
    expect(bff.leakScan.size).toBeGreaterThan(9);
    await bff.stop();
  });

  it.each<[string, (key: string) => { page: string } | { variables: string }]>([
    ["a number, as it was typed", () => ({ page: "8 (900) 000-00-01" })],
    ["a number, as UIS has it", () => ({ variables: '{"product":"79000000001"}' })],
    ["an office's number", () => ({ page: `tel:+${SCANNED.office}` })],
    ["UIS's password", () => ({ page: SCANNED.password })],
    ["the session key", (key) => ({ page: key })],
  ])("finds %s in the clear in the database", async (_what, leak) => {
    const bff = await livedIn({ databaseUrl: await newUrl() });
    const key = /[\da-f]{40}/.exec(JSON.stringify(bff.uis.received("authenticate")))?.[0] ?? "";
    await bff.database.write("test", (transaction) =>
      transaction.updateTable("calls").set(leak(key)).execute(),
    );
    await expect(bff.stop()).rejects.toThrow(/in calls\.(page|variables)/);
  });
});

describe("the leak scan", () => {
  it("finds a number in an answer, headers included", async () => {
    const bff = await livedIn({});
    const visitor = bff.visitor();
    visitor.seen.push(`{"x-leak":"+7 900 000-00-01"}`);
    await expect(bff.stop()).rejects.toThrow("in an answer");
  });

  it("finds secrets and credentials in the log", () => {
    const leakScan = new LeakScan();
    leakScan.secret("s".repeat(20));
    leakScan.credential("c".repeat(20));
    leakScan.number("+79000000001");
    for (const leak of ["s".repeat(20), "c".repeat(20), "8-900-000-00-01"]) {
      expect(leakScan.findsInLog([`{"msg":"${leak}"}`])).toHaveLength(1);
    }
    // Credentials in an answer are not a leak, because a session must receive its own credentials.
    expect(leakScan.findsInAnswers(["c".repeat(20)])).toEqual([]);
    expect(leakScan.findsInLog(['{"time":"2026-11-23T09:00:00.000Z"}'])).toEqual([]);
  });
});
