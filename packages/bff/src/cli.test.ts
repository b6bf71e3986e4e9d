import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENVIRONMENT, example, killAll, run, startExample } from "@uis-call/testing/example";
import { takenPort } from "@uis-call/testing/ports";
import { got } from "got";
import { afterEach, describe, expect, it } from "vitest";

afterEach(killAll);

describe("uis-call-bff check", () => {
  it("accepts the example", async () => {
    expect(await run(["check", "--config", example])).toEqual({
      out: `${example}: ok, acme\n`,
      error: expect.stringMatching(
        /^warning: .*acme\.yaml:2: tenants\[0\]\.notify: there is none, so leads are kept in the database only: .*\n$/,
      ) as string,
      code: 0,
    });
  });

  it("takes the file from UIS_CALL_CONFIG as well", async () => {
    expect((await run(["check"], { ...ENVIRONMENT, UIS_CALL_CONFIG: example })).code).toBe(0);
  });

  it("lists every problem with its line, without a stack, and exits 1", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "bad.yaml");
    writeFileSync(
      file,
      readFileSync(example, "utf8")
        .replace("https://callapi", "http://callapi")
        .replace("firstCall: office", "firstCall: nobody"),
    );
    const { error, code } = await run(["check", "--config", file]);
    expect(code).toBe(1);
    expect(error.trim().split("\n")).toEqual([
      expect.stringMatching(/bad\.yaml:6: tenants\[0\]\.uis\.url: use https/),
      expect.stringMatching(/bad\.yaml:12: tenants\[0\]\.targets\.sales\.firstCall: /),
    ]);
  });

  it("names a private host of webhooks that can never match", async () => {
    const environment = { ...ENVIRONMENT, WEBHOOK_PRIVATE_HOSTS: "hooks, http://hooks:8080" };
    const { error, code } = await run(["check", "--config", example], environment);
    expect([error.trim().split("\n").at(-1), code]).toEqual([
      'WEBHOOK_PRIVATE_HOSTS: "http://hooks:8080" is no host: write names or addresses, without scheme and port',
      1,
    ]);
  });

  it("escapes what a terminal would interpret", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "\u202e\u009b31m.yaml");
    writeFileSync(file, readFileSync(example, "utf8"));
    const { out } = await run(["check", "--config", file]);
    expect(out).toMatch(/\\u202e\\u009b31m\.yaml: ok, acme\n$/);
  });

  it("needs no session secret, but refuses one that is too short along with the file's problems", async () => {
    const { ACME_UIS_PASSWORD } = ENVIRONMENT;
    expect((await run(["check", "--config", example], { ACME_UIS_PASSWORD })).code).toBe(0);
    const { error, code } = await run(["check", "--config", example], { SESSION_SECRET: "short" });
    expect(code).toBe(1);
    expect(error).toMatch(/ACME_UIS_PASSWORD is not set or empty\nSESSION_SECRET: each secret needs/);
  });

  it.each([
    [[], "name a command"],
    [["restart"], "there is no such command"],
    [["check"], "name the configuration: --config FILE"],
    [["check", "--confg", "x"], /^Unknown option '--confg'/],
    [["pause", "acme"], "for one tenant: pause --tenant ID"],
    [["forget", "+79000000001"], "the number goes to standard input"],
    [["leads", "acme"], "too many arguments after leads"],
    [["blocks"], "say what to do: blocks list, blocks add or blocks lift"],
    [["bans", "lift"], "say what to do: bans list, or bans lift VISITOR"],
    [["backup"], "name the file to write: uis-call-bff backup FILE"],
    [["copy"], "say where to: uis-call-bff copy --to postgres://…"],
  ])("explains itself on %o, and says what is wrong last", async (args, wrong) => {
    const { error, code } = await run(args);
    expect(code).toBe(1);
    expect(error).toContain("usage: uis-call-bff start --config FILE");
    const last = error.trim().split("\n").at(-1);
    expect(last).toEqual(typeof wrong === "string" ? wrong : expect.stringMatching(wrong));
  });
});

describe("uis-call-bff start", () => {
  it("serves below /api, keeps its database, and ends on SIGTERM", async () => {
    const backend = await startExample();
    const { port, output } = backend;
    expect(await backend.stop()).toEqual([0, null]);
    expect(await output).not.toContain("scanned-password");
    expect(await output).toContain(`"widget":"http://localhost:${String(port)}/api/widget.js"`);
  });

  it("says which port is in use and exits 1", async () => {
    const { port, close } = await takenPort();
    const { error, code } = await run(["start", "--config", example], {
      ...ENVIRONMENT,
      PORT: String(port),
      LOG_LEVEL: "silent",
    });
    close();
    expect({ error, code }).toEqual({
      error: `port ${String(port)} is in use: stop what listens there, or set PORT to another\n`,
      code: 1,
    });
  });

  it("refuses to start without secret and password, naming both at once, each with a hint", async () => {
    const { error, code } = await run(["start", "--config", example], {});
    expect(code).toBe(1);
    expect(error.trim().split("\n")).toEqual([
      expect.stringMatching(/uis\.password: environment variable ACME_UIS_PASSWORD is not set or empty$/),
      expect.stringMatching(/^SESSION_SECRET: set it to a random text/),
    ]);
  });
});

describe("uis-call-bff embed", () => {
  it("prints the lines for a page, with the integrity of the very file that the backend serves", async () => {
    const backend = await startExample();
    const environment = { ...ENVIRONMENT, PUBLIC_URL: `http://127.0.0.1:${String(backend.port)}` };
    const { out, code } = await run(["embed", "--config", example], environment);
    expect(code).toBe(0);
    const [, src = "", integrity = ""] =
      /src="(\S+)" integrity="(\S+)" crossorigin="anonymous">/.exec(out) ?? [];
    expect(src).toMatch(/\/api\/widget-[\da-f]{8}\.js$/);
    const script = await got(src).buffer();
    expect(integrity).toBe(`sha384-${createHash("sha384").update(script).digest("base64")}`);
    expect(out).toContain('<uis-call-button tenant="acme" target="sales">');
    await backend.stop();
  });

  it.each([
    [["--tenant", "other"], "--tenant: name one of acme"],
    [["--target", "other"], "--target: name one of sales"],
  ])("%j: says what there is", async (args, hint) => {
    const { error, code } = await run(["embed", "--config", example, ...args]);
    expect([error, code]).toEqual([`${hint}\n`, 1]);
  });
});
