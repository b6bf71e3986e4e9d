import { ORIGIN } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { startTestBff } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import { expect, it } from "vitest";
import { consume } from "./store/once.js";

const HOUR = 60 * 60_000;
const TABLES = ["sessions", "anonymous_tries", "limit_counts", "used_once", "opt_out_codes"] as const;

it.each(engines)("a backend on %s deletes what has expired, and no sooner", async (_name, newUrl) => {
  const clock = new TestClock();
  const bff = await startTestBff({ databaseUrl: await newUrl(), clock, tenant: "optOut: always" });
  bff.uis.exchange.settings.answersWhen = "accepted";
  const rows = async () => {
    const counts: Record<string, number> = {};
    for (const table of TABLES) {
      counts[table] = (await bff.database.query.selectFrom(table).selectAll().execute()).length;
    }
    return counts;
  };
  try {
    const visitor = bff.visitor();
    await visitor.open("acme", { origin: ORIGIN });
    await visitor.call({ target: "sales", phone: "8 900 000-00-01" });
    const minute = Math.floor(clock.now().getTime() / 60_000);
    await bff.database.write("test", (transaction) =>
      transaction
        .insertInto("anonymous_tries")
        .values({ tenant: "acme", address: "a", session: "s", minute, tries: 1 })
        .execute(),
    );
    await bff.database.write("test", (transaction) =>
      consume(transaction, {
        ...{ kind: "proof", tenant: "acme", id: "1" },
        ...{ checkedAt: clock.now(), expiresAt: clock.now() },
      }),
    );
    const all = await rows();
    expect(Object.values(all)).not.toContain(0);

    clock.advance(HOUR);
    await expect.poll(rows).toMatchObject({ sessions: 0, anonymous_tries: 0 });
    expect(await rows()).toMatchObject({ limit_counts: all["limit_counts"], used_once: 1, opt_out_codes: 1 });

    // The longest window lasts a day and is kept for another day. A code is valid for two days.
    clock.advance(47 * HOUR);
    // Advances the clock repeatedly: the loop may still have been deleting rows when the clock was advanced
    // before, and waits only from then on.
    const rowsLater = () => {
      clock.advance(HOUR / 6);
      return rows();
    };
    await expect.poll(rowsLater).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])));
  } finally {
    await bff.stop();
  }
});
