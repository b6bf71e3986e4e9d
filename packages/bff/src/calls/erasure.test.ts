import { afterEach, describe, expect, it } from "vitest";
import { enqueueLeads } from "../notifications/outbox.js";
import { TestClock } from "@uis-call/testing/test-clock";
import { Secret } from "../config/secret.js";
import { ATTEMPTS, NOTIFICATIONS } from "../store/columns.js";
import { openDatabase } from "../store/database.js";
import { engines } from "@uis-call/testing/databases";
import { openNumberCipher } from "../store/number-cipher.js";
import { newCall } from "./call.harness.js";
import { erase } from "./erasure.js";
import { Ledger } from "./ledger.js";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Changes what erasure writes into a column, until the test ends. */
function say(column: { erase: unknown }, erase: string | null): void {
  const before = column.erase;
  column.erase = erase;
  undo.push(() => (column.erase = before));
}

describe.each(engines)("erasure on %s", (_name, newUrl) => {
  it("reaches the attempts and notifications of the call, and of no other, where their lists say so", async () => {
    const db = await openDatabase(await newUrl());
    undo.push(() => db.close());
    const cipher = await openNumberCipher(db, [new Secret("s".repeat(32))]);
    const clock = new TestClock();
    const ledger = new Ledger(db, cipher, clock, { owner: "me" });
    const calls = [
      await ledger.accept(newCall({ visitorNumber: "+79000000001" }), true),
      await ledger.accept(newCall({ visitorNumber: "+79000000002" }), true),
    ].map(({ call }) => call);
    await db.write("test", async (transaction) => {
      await transaction.updateTable("attempts").set({ outcome: "telling" }).execute();
      await enqueueLeads(
        transaction,
        calls.map((call) => ({ ...call, reason: "service_refused" as const })),
      );
    });
    say(ATTEMPTS.outcome, null);
    say(NOTIFICATIONS.reason, null);
    const [gone, other] = calls.map(({ id }) => id);
    await db.write("test", (transaction) => erase(transaction, [gone!], clock.now()));
    const attempts = await db.query.selectFrom("attempts").select(["call_id", "outcome"]).execute();
    const notifications = await db.query.selectFrom("notifications").select(["call_id", "reason"]).execute();
    expect(new Map(attempts.map(({ call_id, outcome }) => [call_id, outcome]))).toEqual(
      new Map([
        [gone, null],
        [other, "telling"],
      ]),
    );
    expect(new Map(notifications.map(({ call_id, reason }) => [call_id, reason]))).toEqual(
      new Map([
        [gone, null],
        [other, "service_refused"],
      ]),
    );
  });
});
