import { randomUUID } from "node:crypto";
import { CALL_STATUSES, isOver } from "@uis-call/shared";
import { sqliteUrl } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { CompiledQuery } from "kysely";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../store/database.js";
import { cipher } from "../store/number-cipher.harness.js";
import { listening, type Statement } from "../store/statements.harness.js";
import { newCall } from "./call.harness.js";
import { Ledger } from "./ledger.js";
import { isUnderWay, WAITING } from "./under-way.js";

describe("calls under way", () => {
  it("are found by an index of their own, however many there were before", async () => {
    const db = await openDatabase(sqliteUrl());
    const due = db.query
      .selectFrom("calls")
      .select("id")
      .where(isUnderWay)
      .where("status", "in", WAITING)
      .where("due_at", "<=", "2026-11-23T09:00:00.000Z");
    const left = db.query
      .selectFrom("calls")
      .innerJoin("attempts", (join) =>
        join.onRef("attempts.call_id", "=", "calls.id").onRef("attempts.number", "=", "calls.attempts"),
      )
      .select("calls.id")
      .where(isUnderWay)
      .where("calls.status", "=", "dialing");
    for (const query of [due, left]) {
      const compiled = query.compile();
      const { rows } = await db.query.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${compiled.sql}`, [...compiled.parameters]),
      );
      const plan = rows.map(({ detail }) => detail).join("\n");
      expect(plan).toMatch(/INDEX calls_due/);
      expect(plan).not.toMatch(/SCAN (calls|attempts)(?! USING INDEX calls)/);
    }
    await db.close();
  });

  it("are found by their phones, and by a session's request, by indexes of their own", async () => {
    const heard: Statement[] = [];
    const db = await listening(heard)(sqliteUrl());
    const ledger = new Ledger(db, cipher, new TestClock(), { owner: "me" });
    const later = newCall({ scheduledFor: new Date("2026-11-24T09:00:00Z") });
    for (const call of [newCall(), later, { ...later, idempotencyKey: randomUUID() }]) {
      await ledger.accept(call, false);
    }
    const plans = [];
    for (const { sql, parameters } of heard.filter(({ sql }) => sql.startsWith('select * from "calls"'))) {
      const { rows } = await db.query.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
      );
      plans.push(rows.map(({ detail }) => detail).filter((detail) => /SEARCH|SCAN/.test(detail)));
    }
    const by = (name: string) =>
      expect.stringContaining(`SEARCH calls USING INDEX calls_${name} (`) as string;
    expect(plans).toEqual([
      [by("one_per_number"), by("one_per_operator"), by("awaiting_phone")],
      [by("one_per_wish")],
    ]);
    await db.close();
  });

  it("are those that the contract says are not over", () => {
    const { rawSql } = isUnderWay.toOperationNode() as unknown as { rawSql?: string };
    const text = rawSql ?? JSON.stringify(isUnderWay.toOperationNode());
    expect([...text.matchAll(/'(\w+)'/g)].map(([, status]) => status)).toEqual(
      CALL_STATUSES.filter((status) => !isOver(status)),
    );
  });
});
