import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { postgresUrl, sqliteUrl } from "@uis-call/testing/databases";
import { ENVIRONMENT, example, killAll, run, startExample } from "@uis-call/testing/example";
import { SQLite } from "./store/sqlite-driver.js";
import { afterEach, describe, expect, it } from "vitest";

afterEach(killAll);

/** The lines of the page that begin with `uis-call-bff`, in their order. */
const commands = [
  ...readFileSync(fileURLToPath(new URL("../../../docs/operate.md", import.meta.url)), "utf8").matchAll(
    /^uis-call-bff (.*)$/gm,
  ),
].map(([, line = ""]) => line);

/**
 * Runs the command on the page that begins with `begin`. `replaced` contains the values for the placeholders in
 * the command.
 */
function fromPage(begin: string, replaced: Record<string, string>, databaseUrl: string) {
  const line =
    commands.find((command) => command === begin) ?? commands.find((command) => command.startsWith(begin));
  if (line === undefined) throw new Error(`docs/operate.md has no ${begin}`);
  const args = line.split(" ").map((word) => replaced[word] ?? word);
  return run(args, { ...ENVIRONMENT, DATABASE_URL: databaseUrl });
}

const ORIGIN = { origin: "https://www.example.com" };
const callOf = (last: number) => ({
  target: "sales",
  reference: `deal-${String(last)}`,
  phone: `8 900 000-00-${String(last)}`,
});

describe("docs/operate.md", { timeout: 60_000 }, () => {
  it("has no command that is not run here", () => {
    expect(commands.map((command) => command.split(" ")[0])).toEqual([
      "leads",
      "pause",
      "resume",
      "pause",
      "resume",
      "bans",
      "bans",
      "backup",
      "release",
      "copy",
      "release",
      "start",
    ]);
  });

  it("backup of a running backend dials nothing until release, and lists the calls to return", async () => {
    const databaseUrl = sqliteUrl();
    const backend = await startExample({ DATABASE_URL: databaseUrl });
    const visitor = await backend.visitor();
    const { body: waiting } = await visitor.call(callOf(11), ORIGIN);
    const copy = join(mkdtempSync(join(tmpdir(), "uis-call-")), "copy.db");
    const backup = await fromPage("backup", { "calls-backup.db": copy }, databaseUrl);
    expect(backup).toMatchObject({ code: 0, error: "" });
    expect(new SQLite(copy).pragma("integrity_check", { simple: true })).toBe("ok");
    const again = await fromPage("backup", { "calls-backup.db": copy }, databaseUrl);
    expect(again).toEqual({ code: 1, out: "", error: `${copy} exists: name a file that does not\n` });
    await backend.stop();

    const restored = await startExample({ DATABASE_URL: `sqlite:${copy}` });
    const later = await restored.visitor();
    const { body: kept } = await later.call(callOf(12), ORIGIN);
    expect([kept.status, kept.reason]).toEqual(["held", "restored"]);
    await expect
      .poll(async () => (await fromPage("leads", {}, `sqlite:${copy}`)).out, { timeout: 20_000 })
      .toContain(waiting.id);
    const { out } = await fromPage("leads", {}, `sqlite:${copy}`);
    const leads = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { phone: string; reference: string; reason: string });
    expect(leads).toContainEqual(
      expect.objectContaining({ phone: "+79000000012", reference: "deal-12", reason: "restored" }),
    );

    const released = await fromPage("release", {}, `sqlite:${copy}`);
    expect(released.out).toMatch(/^dialling again/);
    const { body: fresh } = await later.call(callOf(13), ORIGIN);
    expect(fresh.status).not.toBe("held");
    await restored.stop();
    expect(await restored.output).toContain("in quarantine: nothing is dialled until uis-call-bff release");
  });

  it("pause and resume work on a running backend, for all tenants and for one", async () => {
    const databaseUrl = sqliteUrl();
    const backend = await startExample({ DATABASE_URL: databaseUrl });
    const visitor = await backend.visitor();
    const say = (begin: string) => fromPage(begin, {}, databaseUrl);
    for (const tenant of ["", " --tenant acme"]) {
      expect((await say(`pause${tenant}`)).out).toMatch(/^nothing .*is dialled\n$/);
      const { body } = await visitor.call(callOf(tenant === "" ? 11 : 12), ORIGIN);
      expect([body.status, body.reason]).toEqual(["held", "calls_stopped"]);
      expect(await backend.ready()).toContain('"halted"');
      expect((await say(`resume${tenant}`)).out).toMatch(/^dialling again; it was paused since .*\n$/);
    }
    expect((await visitor.call(callOf(13), ORIGIN)).body.status).not.toBe("held");
    const misspelt = await run(["pause", "--tenant", "acm"], { ...ENVIRONMENT, DATABASE_URL: databaseUrl });
    expect(misspelt.error).toMatch(/^there has been no call of acm yet: check the id/);
    await run(["resume", "--tenant", "acm"], { ...ENVIRONMENT, DATABASE_URL: databaseUrl });
    expect((await say("pause --tenant acme")).error).toBe("");
    expect((await say("resume")).out).toMatch(/^calls were not paused\nstill paused: .*acme/);
    await backend.stop();
  });

  it("bans are listed, and lifted with the counts that led to them", async () => {
    const databaseUrl = sqliteUrl();
    const backend = await startExample({ DATABASE_URL: databaseUrl });
    const visitor = await backend.visitor();
    const statuses = [];
    for (let n = 11; n < 16; n++) statuses.push((await visitor.call(callOf(n), ORIGIN)).status);
    expect(statuses.map((status) => status < 300)).toEqual([true, true, true, false, false]);
    const { out } = await fromPage("bans list", {}, databaseUrl);
    const banned = JSON.parse(out) as { visitor: string; times: number };
    expect([banned.visitor.split("/").slice(0, 2), banned.times]).toEqual([["acme", "session"], 1]);
    const lifted = await fromPage("bans lift", { VISITOR: banned.visitor }, databaseUrl);
    expect(lifted.out).toBe("served again\n");
    expect((await fromPage("bans list", {}, databaseUrl)).out).toBe("");
    const nobody = await fromPage("bans lift", { VISITOR: "nobody" }, databaseUrl);
    expect(nobody.out).toBe("no such visitor is banned\n");
    for (let n = 21; n < 24; n++) expect((await visitor.call(callOf(n), ORIGIN)).status).toBeLessThan(300);
    await backend.stop();
  });

  it("moving to PostgreSQL takes calls and sessions along", async () => {
    const databaseUrl = sqliteUrl();
    const before = await startExample({ DATABASE_URL: databaseUrl });
    const visitor = await before.visitor();
    const { body: call } = await visitor.call(callOf(11), ORIGIN);
    await before.stop();

    const target = await postgresUrl();
    const copied = await fromPage("copy", { "postgres://uis@db.example/calls": target }, databaseUrl);
    expect(copied).toEqual({ code: 0, error: "", out: "1 calls copied, with all that belongs to them\n" });
    expect((await fromPage("release", {}, target)).out).toBe("there was no quarantine\n");
    const twice = await fromPage("copy", { "postgres://uis@db.example/calls": target }, databaseUrl);
    expect(twice).toMatchObject({ code: 1, error: expect.stringContaining("name an empty one") as string });

    const after = await startExample({ DATABASE_URL: target });
    const moved = Object.assign(await after.visitor(), {
      cookie: visitor.cookie,
      csrfToken: visitor.csrfToken,
      sessionToken: visitor.sessionToken,
    });
    expect((await moved.send<{ id: string }>("GET", `/calls/${call.id}`, undefined, ORIGIN)).body.id).toBe(
      call.id,
    );
    // Makes a call, whose attempt must get a number after those of the copied attempts.
    const { status } = await moved.call(callOf(12), ORIGIN);
    expect(status).toBe(202);
    await after.stop();
  });

  it("SIGTERM makes it unready at once while it still answers, then ends it", async () => {
    const asked: Socket[] = [];
    const silent = createServer((socket) => asked.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const uis = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
    const configuration = join(mkdtempSync(join(tmpdir(), "uis-call-")), "silent.yaml");
    writeFileSync(configuration, readFileSync(example, "utf8").replace("https://callapi.example", uis));
    const backend = await startExample({}, configuration);
    const visitor = await backend.visitor();
    const { body } = await visitor.call(callOf(11), ORIGIN);
    await expect.poll(() => asked.length).toBe(1);

    const stopped = backend.stop();
    await expect.poll(backend.ready).toContain('"failed":["draining"]');
    const read = () => visitor.send("GET", `/calls/${body.id}`, undefined, ORIGIN);
    expect((await read()).status).toBe(200);
    expect((await visitor.call(callOf(12), ORIGIN)).status).toBe(202);
    for (const socket of asked) socket.destroy();
    expect(await stopped).toEqual([0, null]);
    silent.close();
  });

  it("refuses to copy or back up what is not there, with a hint", async () => {
    const missing = await run(["release"], { ...ENVIRONMENT, DATABASE_URL: "sqlite:./nothing.db" });
    expect(missing).toMatchObject({
      code: 1,
      error: expect.stringContaining("there is no ./nothing.db") as string,
    });
    const postgres = await run(["backup", "x.db"], {
      ...ENVIRONMENT,
      DATABASE_URL: "postgres://uis:secret@h/d",
    });
    expect(postgres.code).toBe(1);
    expect(postgres.error).toContain("pg_dump");
    expect(postgres.error).not.toContain("secret");
    const since = await run(["leads", "--since", "soon"], { ...ENVIRONMENT, DATABASE_URL: sqliteUrl() });
    expect(since.code).toBe(1);
  });
});
