import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { postgresUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { type Fate, type Judge, TcpProxy, through } from "./tcp-proxy.harness.js";

const CALL = { target: "sales", phone: "8 900 000-00-01" };

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Starts a backend that reaches PostgreSQL through a proxy. */
async function start(options: TestBffOptions = {}, judge?: () => Judge, parameters = "") {
  const url = await postgresUrl();
  const proxy = new TcpProxy(new URL(url));
  if (judge !== undefined) proxy.judge = judge;
  await proxy.up();
  endings.push(() => proxy.down());
  const bff = await startTestBff({ ...options, databaseUrl: `${through(proxy, url)}${parameters}` });
  endings.push(() => bff.stop());
  bff.uis.exchange.settings.answersWhen = "accepted";
  const visitor = bff.visitor();
  await visitor.open();
  return { url, proxy, bff, visitor };
}

const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

/**
 * Cuts the connection at the first COMMIT of a transaction that contains the statement. Other transactions are
 * not disturbed.
 */
function cutCommitOf(statement: string, fate: Fate) {
  const seen = { cuts: 0 };
  const judge = (): Judge => {
    let inTransaction = "";
    return (data) => {
      const text = data.toString("latin1");
      inTransaction = text.startsWith("Q") && text.includes("begin;") ? "" : inTransaction + text;
      const commits = text.startsWith("Q") && text.includes("commit\0");
      if (!commits || seen.cuts > 0 || !inTransaction.includes(statement)) return "pass";
      seen.cuts++;
      return fate;
    };
  };
  return { seen, judge };
}

describe("a connection to PostgreSQL cut during COMMIT", () => {
  it.each<[string, string, boolean, Fate]>([
    ["of the call and its attempt, before PostgreSQL has it", 'insert into "intents"', false, "cut"],
    ["of the call and its attempt, after PostgreSQL did it", 'insert into "intents"', false, "lose answer"],
    ["of the send's confirmation, before PostgreSQL has it", 'update "attempts" set "phase"', true, "cut"],
    [
      "of the send's confirmation, after PostgreSQL did it",
      'update "attempts" set "phase"',
      true,
      "lose answer",
    ],
    ["of UIS's answer, before PostgreSQL has it", 'update "attempts" set "finished_at"', true, "cut"],
    ["of UIS's answer, after PostgreSQL did it", 'update "attempts" set "finished_at"', true, "lose answer"],
  ])(
    "%s, is told truthfully; a repeat has one call of it, and one dial",
    async (_when, statement, accepted, fate) => {
      const clock = new TestClock();
      const { seen, judge } = cutCommitOf(statement, fate);
      const { bff, visitor } = await start({ clock }, judge);
      const headers = { "idempotency-key": randomUUID() };
      const ticking = setInterval(() => clock.advance(250), 10);
      endings.push(() => {
        clearInterval(ticking);
      });
      const answer = await visitor.call(CALL, headers);
      expect(answer.status < 300).toBe(accepted);
      if (!accepted) expect([answer.status, answer.body.code]).toEqual([503, "unavailable"]);
      expect(seen.cuts).toBe(1);
      const repeat = await visitor.call(CALL, headers);
      if (accepted) expect(repeat.body.id).toBe(answer.body.id);
      await visitor.until(repeat.body.id, "placed");
      expect(await bff.database.query.selectFrom("calls").select("id").execute()).toEqual([
        { id: repeat.body.id },
      ]);
      expect(placed(bff)).toBe(1);
    },
  );
});

describe("a PostgreSQL that fails for a while", () => {
  it("that is gone and back means 503 meanwhile, without a 2xx or a cookie, and service after without a restart", async () => {
    const { bff, proxy, visitor } = await start();
    await proxy.down();
    const headers = { "idempotency-key": randomUUID() };
    const call = await visitor.call(CALL, headers);
    const session = await bff.visitor().open();
    expect([call.status, call.body.code]).toEqual([503, "unavailable"]);
    expect([session.status, session.headers["set-cookie"]]).toEqual([503, undefined]);
    expect((await visitor.send("GET", "/health/ready")).status).toBe(503);
    expect(placed(bff)).toBe(0);
    await proxy.up();
    const repeat = await visitor.call(CALL, headers);
    expect([repeat.status, repeat.headers["idempotency-replayed"]]).toEqual([201, undefined]);
    expect((await bff.visitor().open()).status).toBe(200);
    expect(placed(bff)).toBe(1);
  });

  it("that ends every session, as a restart does, fails only the queries under way", async () => {
    const { url, bff, visitor } = await start();
    const operator = new pg.Client({ connectionString: url });
    await operator.connect();
    endings.push(() => operator.end());
    await operator.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    const headers = { "idempotency-key": randomUUID() };
    await expect.poll(async () => (await visitor.call(CALL, headers)).status).toBeLessThan(300);
    expect(placed(bff)).toBe(1);
  });

  it("that does not answer in time means 503 for waiting requests, and service as soon as it answers", async () => {
    const { url, bff, visitor } = await start({}, undefined, "?statement_timeout=300");
    const operator = new pg.Client({ connectionString: url });
    await operator.connect();
    endings.push(() => operator.end());
    await operator.query("begin; lock table calls in access exclusive mode");
    const headers = { "idempotency-key": randomUUID() };
    const call = await visitor.call(CALL, headers);
    expect([call.status, call.body.code]).toEqual([503, "unavailable"]);
    await operator.query("rollback; begin; lock table sessions in access exclusive mode");
    expect((await visitor.call(CALL, headers)).status).toBe(503);
    expect(placed(bff)).toBe(0);
    await operator.query("rollback");
    expect((await visitor.call(CALL, headers)).status).toBe(201);
    expect(placed(bff)).toBe(1);
  });

  it("that rolls back one of two deadlocked transactions has both in the end", async () => {
    const { bff } = await start();
    const ids = ["a", "b"];
    const row = { data: "{}", expires_at: "2026-11-23T00:00:00.000Z" };
    for (const id of ids) {
      await bff.database.write("test", (t) =>
        t
          .insertInto("sessions")
          .values({ id, ...row })
          .execute(),
      );
    }
    let runs = 0;
    const bothIn = (order: string[]) =>
      bff.database.write("test", async (transaction) => {
        runs++;
        for (const id of order) {
          await transaction
            .updateTable("sessions")
            .set({ data: order.join() })
            .where("id", "=", id)
            .execute();
          // Gives the other transaction time to lock its first row.
          if (id === order[0]) await setTimeout(100);
        }
        return order.join();
      });
    expect(await Promise.all([bothIn(ids), bothIn(ids.toReversed())])).toEqual(["a,b", "b,a"]);
    // At least one of the two transactions ran again.
    expect(runs).toBeGreaterThanOrEqual(3);
  });
});
