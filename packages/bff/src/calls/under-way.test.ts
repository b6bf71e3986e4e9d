import { CompiledQuery } from "kysely";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../store/database.js";
import { sqliteUrl } from "../store/engines.harness.js";
import { isUnderWay, UNDER_WAY, WAITING } from "./under-way.js";

describe("calls under way", () => {
  it("are found by an index of their own, however many there were before", async () => {
    const db = await openDatabase(sqliteUrl());
    const due = db.query
      .selectFrom("calls")
      .select("id")
      .where(isUnderWay)
      .where("status", "in", WAITING)
      .where("due_at", "<=", "2026-11-23T09:00:00.000Z");
    const taken = db.query
      .selectFrom("calls")
      .select("id")
      .where("tenant", "=", "acme")
      .where("visitor_hash", "=", "x")
      .where(isUnderWay);
    const left = db.query
      .selectFrom("calls")
      .innerJoin("attempts", (join) =>
        join.onRef("attempts.call_id", "=", "calls.id").onRef("attempts.number", "=", "calls.attempts"),
      )
      .select("calls.id")
      .where(isUnderWay)
      .where("calls.status", "=", "dialing");
    for (const query of [due, taken, left]) {
      const compiled = query.compile();
      const { rows } = await db.query.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${compiled.sql}`, [...compiled.parameters]),
      );
      const plan = rows.map(({ detail }) => detail).join("\n");
      expect(plan).toMatch(/INDEX calls_(due|one_per_number)/);
      expect(plan).not.toMatch(/SCAN (calls|attempts)(?! USING INDEX calls)/);
    }
    await db.close();
  });

  it("are those of the list", () => {
    const { rawSql } = isUnderWay.toOperationNode() as unknown as { rawSql?: string };
    const text = rawSql ?? JSON.stringify(isUnderWay.toOperationNode());
    expect([...text.matchAll(/'(\w+)'/g)].map(([, status]) => status)).toEqual(UNDER_WAY);
  });
});
