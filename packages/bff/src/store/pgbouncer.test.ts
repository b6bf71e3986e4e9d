import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutLimits } from "@uis-call/testing/acme";
import { postgresUrl } from "@uis-call/testing/databases";
import { freePort } from "@uis-call/testing/ports";
import { startTestBff } from "@uis-call/testing/test-bff";
import { sql } from "kysely";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Database, openDatabase } from "./database.js";

/** Path of PgBouncer. Its tests are skipped where it is not installed. */
const bouncer = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].find(
  (path) => spawnSync(path, ["--version"]).status === 0,
);

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
  }
});

/** Starts PgBouncer in front of a fresh database. It has two connections to PostgreSQL. @returns its address */
async function pooled(mode: string): Promise<string> {
  const server = new URL(await postgresUrl());
  const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  const { hostname, username, password, pathname } = server;
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${server.port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(port)}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${mode === "session" ? "20" : "2"}
${process.getuid?.() === 0 ? "user = nobody" : ""}
`,
  );
  children.push(spawn(bouncer ?? "", [file], { stdio: "ignore" }));
  const url = `postgres://uis@127.0.0.1:${String(port)}${pathname}`;
  await vi.waitFor(async () => (await openDatabase(url)).close(), { timeout: 15_000, interval: 100 });
  return url;
}

describe.skipIf(bouncer === undefined).each(["session", "transaction"])(
  "PostgreSQL behind PgBouncer in %s mode",
  (mode) => {
    it("serves twenty calls at once, each dialled once", async () => {
      const bff = await startTestBff({ databaseUrl: await pooled(mode), configure: withoutLimits });
      bff.uis.exchange.settings.answersWhen = "accepted";
      const visitor = bff.visitor();
      await visitor.open();
      const phones = Array.from({ length: 20 }, (_, n) => `8 900 000-10-${String(n + 10)}`);
      const calls = await Promise.all(phones.map((phone) => visitor.call({ target: "sales", phone })));
      for (const { body } of calls) await visitor.until(body.id, "placed");
      expect(bff.uis.received("place_calls")).toHaveLength(20);
      await bff.stop();
    });

    it("has the settings of durability in each transaction", async () => {
      const db: Database = await openDatabase(await pooled(mode));
      const settingsOf = () =>
        db.write("settings", async (transaction) => {
          const read = sql<{ name: string; setting: string }>`select name, setting from pg_settings
            where name in ('synchronous_commit', 'statement_timeout', 'idle_in_transaction_session_timeout')`;
          return Object.fromEntries(
            (await read.execute(transaction)).rows.map((row) => [row.name, row.setting]),
          );
        });
      const found = await Promise.all(Array.from({ length: 20 }, settingsOf));
      await db.close();
      for (const settings of found)
        expect(settings).toEqual({
          synchronous_commit: "on",
          statement_timeout: "10000",
          idle_in_transaction_session_timeout: "15000",
        });
    });
  },
);

it("a connection to PostgreSQL has no settings as startup parameters", async () => {
  const url = await postgresUrl();
  const db = await openDatabase(url);
  const { rows } = await sql<{ source: string }>`select distinct source from pg_settings
    where name in ('synchronous_commit', 'statement_timeout', 'idle_in_transaction_session_timeout')`.execute(
    db.query,
  );
  await db.close();
  expect(rows.map(({ source }) => source)).not.toContain("client");
});
