import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { SQLite } from "./sqlite-driver.js";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";

const callTo = (last: number) => ({ target: "sales", phone: `8 900 000-0${String(200 + last)}` });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(options: TestBffOptions) {
  const bff = await startTestBff({ ...options, tenant: "limits: none" });
  endings.push(() => bff.stop());
  bff.uis.exchange.settings.answersWhen = "accepted";
  const visitor = bff.visitor();
  await visitor.open();
  return { bff, visitor };
}

const fileOf = (url: string) => url.slice("sqlite:".length);

const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

const callsIn = async (bff: TestBff) =>
  (await bff.database.query.selectFrom("calls").select("id").execute()).map(({ id }) => id);

/** Sets a pragma on the connection that writes. */
const set = (bff: TestBff, setting: string) =>
  bff.database.write("test", (transaction) => sql`pragma ${sql.raw(setting)}`.execute(transaction));

describe("a SQLite file", () => {
  it("that cannot be written means 503 before any 2xx and nothing dialled, until it can be written", async () => {
    const { bff, visitor } = await start({ databaseUrl: sqliteUrl() });
    // This makes SQLite report the same error as a file system that was remounted read-only: SQLITE_READONLY.
    await set(bff, "query_only = on");
    const headers = { "idempotency-key": randomUUID() };
    const call = await visitor.call(callTo(1), headers);
    const session = await bff.visitor().open();
    expect([call.status, call.body.code]).toEqual([503, "unavailable"]);
    expect([session.status, session.headers["set-cookie"]]).toEqual([503, undefined]);
    expect((await visitor.send("GET", "/health/ready")).status).toBe(503);
    expect([await callsIn(bff), placed(bff)]).toEqual([[], 0]);
    await set(bff, "query_only = off");
    expect((await visitor.call(callTo(1), headers)).status).toBe(201);
    expect(placed(bff)).toBe(1);
  });

  it("that another program locks for long means 503, and service once it is free", async () => {
    const databaseUrl = sqliteUrl();
    const { bff, visitor } = await start({ databaseUrl });
    await set(bff, "busy_timeout = 50");
    const other = new SQLite(fileOf(databaseUrl));
    endings.push(() => other.close());
    other.exec("begin immediate");
    const headers = { "idempotency-key": randomUUID() };
    expect((await visitor.call(callTo(1), headers)).status).toBe(503);
    expect(placed(bff)).toBe(0);
    other.exec("rollback");
    expect((await visitor.call(callTo(1), headers)).status).toBe(201);
    expect(placed(bff)).toBe(1);
  });

  it("whose calls are damaged accepts none and dials none", async () => {
    const databaseUrl = sqliteUrl();
    const first = await startTestBff({ databaseUrl });
    await first.stop();
    const file = new SQLite(fileOf(databaseUrl));
    const page = file
      .prepare("select rootpage from sqlite_schema where name = 'intents'")
      .pluck()
      .get() as number;
    const size = file.pragma("page_size", { simple: true }) as number;
    file.close();
    const bytes = readFileSync(fileOf(databaseUrl));
    writeFileSync(fileOf(databaseUrl), bytes.fill(0xa5, (page - 1) * size, page * size));

    const { bff, visitor } = await start({ databaseUrl, sessionSecret: first.sessionSecret });
    const call = await visitor.call(callTo(1));
    expect([call.status, call.body.code]).toEqual([503, "unavailable"]);
    expect(bff.logged()).toContain("malformed");
    expect([await callsIn(bff), placed(bff)]).toEqual([[], 0]);
  });

  it("has every accepted call and every sent attempt, wherever its log breaks off afterwards", async () => {
    const databaseUrl = sqliteUrl();
    const { bff, visitor } = await start({ databaseUrl });
    const wal = `${fileOf(databaseUrl)}-wal`;
    const promised: { id: string; size: number; what: "calls" | "attempts" }[] = [];
    bff.uis.beforeAnswer = ({ method, id }) => {
      // Records the size of the log at the time when UIS reads the request. The attempt must be on disk by
      // then.
      if (method === "place_calls")
        promised.push({ id: String(id), size: statSync(wal).size, what: "attempts" });
    };
    for (let n = 0; n < 20; n++) {
      const { body } = await visitor.call(callTo(n));
      promised.push({ id: body.id, size: statSync(wal).size, what: "calls" });
    }
    const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
    const copies = { file: join(folder, "whole.db"), log: join(folder, "whole.db-wal") };
    copyFileSync(fileOf(databaseUrl), copies.file);
    copyFileSync(wal, copies.log);
    const log = readFileSync(copies.log);

    for (const { size } of promised) {
      // Simulates a power failure: the disk has everything that was synced before it, and any part of later
      // writes.
      const torn = join(folder, `${String(size)}.db`);
      copyFileSync(copies.file, torn);
      writeFileSync(`${torn}-wal`, log.subarray(0, size + Math.floor(Math.random() * (log.length - size))));
      const after = new SQLite(torn);
      const calls = after.prepare("select id from calls").pluck().all() as string[];
      const attempts = after.prepare("select id from attempts where phase = 'connected'").pluck().all();
      const has = { calls, attempts: attempts.map(String) };
      for (const { id, what } of promised.filter((promise) => promise.size <= size)) {
        expect(has[what]).toContain(id);
      }
      expect(after.pragma("integrity_check", { simple: true })).toBe("ok");
      after.close();
    }
    expect(promised.filter(({ what }) => what === "attempts")).toHaveLength(20);
  });
});

/** Mounts a file system of a few megabytes. Returns undefined if mounting is not allowed. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]);
  return status === 0 ? folder : undefined;
}

describe("a small disk", { timeout: 30_000 }, () => {
  it("that is full with any number of pages left means 503 or a whole call, and service when there is room", async ({
    skip,
  }) => {
    const folder = smallDisk() ?? skip("mounting is not allowed here");
    endings.push(() => spawnSync("umount", [folder]));
    const { bff, visitor } = await start({ databaseUrl: `sqlite:${join(folder, "calls.db")}` });
    const filler = join(folder, "filler");
    const statuses: number[] = [];
    const accepted: string[] = [];
    for (let pagesLeft = 0; pagesLeft < 30; pagesLeft++) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, (bavail - pagesLeft) * bsize)));
      const { status, body } = await visitor.call(callTo(pagesLeft));
      statuses.push(status);
      if (status < 300) accepted.push(body.id);
      rmSync(filler);
    }
    expect(statuses).toContain(503);
    expect(statuses.filter((status) => status >= 300 && status !== 503)).toEqual([]);
    const { status, body } = await visitor.call(callTo(99));
    expect(status).toBe(201);
    expect((await callsIn(bff)).sort()).toEqual([...accepted, body.id].sort());
    // Waits for each call, because the disk may have become full while an accepted call was being placed.
    for (const id of accepted) await visitor.until(id, "placed");
    expect(placed(bff)).toBe(accepted.length + 1);
    const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(
      bff.database.query,
    );
    expect(integrity.rows).toEqual([{ integrity_check: "ok" }]);
  });
});
