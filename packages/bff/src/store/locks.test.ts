import { setImmediate } from "node:timers/promises";
import { engines } from "@uis-call/testing/databases";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "./database.js";
import { lock } from "./locks.js";

describe.each(engines)("a lock on %s", (name, newUrl) => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(await newUrl());
  });
  afterEach(() => db.close());

  it("is held by one transaction at a time, until it ends", async () => {
    let [holders, most] = [0, 0];
    const hold = (n: number): Promise<void> =>
      db.write("test", async (transaction) => {
        await lock(transaction, n % 2 === 0 ? ["a", "b"] : ["b", "a"]);
        most = Math.max(most, ++holders);
        await transaction.selectFrom("calls").select("id").execute();
        await setImmediate();
        holders--;
      });
    await Promise.all(Array.from({ length: 20 }, (_, n) => hold(n)));
    expect(most).toBe(1);
  });

  it.runIf(name === "PostgreSQL")("keeps none out that locks another name", async () => {
    let meet = (): void => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const [one, other] = ["a", "b"].map((held) =>
      db.write("test", async (transaction) => {
        await lock(transaction, [held]);
        if (held === "b") meet();
        await both;
      }),
    );
    await Promise.all([one, other]);
  });
});
