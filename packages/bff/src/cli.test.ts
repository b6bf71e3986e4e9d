import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { got } from "got";
import { afterEach, describe, expect, it } from "vitest";

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const example = fileURLToPath(new URL("../../../examples/acme.yaml", import.meta.url));

const ENVIRONMENT = {
  ACME_UIS_PASSWORD: "planted-password",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
};

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(args: string[], environment: Record<string, string> = ENVIRONMENT) {
  const child = spawn(process.execPath, [cli, ...args], {
    env: environment,
    cwd: mkdtempSync(join(tmpdir(), "uis-call-")),
  });
  children.push(child);
  return child;
}

async function run(args: string[], environment?: Record<string, string>) {
  const child = start(args, environment);
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { out, error, code };
}

const freePort = async (): Promise<{ port: number; close: () => void }> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

describe("uis-call-bff check", () => {
  it("accepts the example", async () => {
    expect(await run(["check", "--config", example])).toEqual({
      out: `${example}: ok, acme\n`,
      error: "",
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

  it("needs no session secret, but refuses one that is too short along with the file's problems", async () => {
    const { ACME_UIS_PASSWORD } = ENVIRONMENT;
    expect((await run(["check", "--config", example], { ACME_UIS_PASSWORD })).code).toBe(0);
    const { error, code } = await run(["check", "--config", example], { SESSION_SECRET: "short" });
    expect(code).toBe(1);
    expect(error).toMatch(/ACME_UIS_PASSWORD is not set or empty\nSESSION_SECRET: each secret needs/);
  });

  it.each([[[]], [["restart"]], [["check"]], [["check", "--confg", "x"]]])(
    "explains itself on %o",
    async (args) => {
      const { error, code } = await run(args);
      expect(code).toBe(1);
      expect(error).toContain("usage: uis-call-bff start --config FILE");
    },
  );
});

describe("uis-call-bff start", () => {
  it("serves below /api, keeps its database, and ends on SIGTERM", async () => {
    const { port, close } = await freePort();
    close();
    const child = start(["start", "--config", example], { ...ENVIRONMENT, PORT: String(port) });
    const output = text(child.stdout);
    await expect
      .poll(
        () =>
          got(`http://127.0.0.1:${String(port)}/api/health/ready`)
            .text()
            .catch(() => ""),
        { timeout: 10_000 },
      )
      .toBe('{"status":"ok"}');
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await output).not.toContain("planted-password");
    expect(await output).toContain(`"widget":"http://localhost:${String(port)}/api/widget.js"`);
  });

  it("says which port is in use and exits 1", async () => {
    const { port, close } = await freePort();
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

  it("refuses to start without secret and password, naming the remedy of both at once", async () => {
    const { error, code } = await run(["start", "--config", example], {});
    expect(code).toBe(1);
    expect(error.trim().split("\n")).toEqual([
      expect.stringMatching(/^SESSION_SECRET: set it to a random text/),
      expect.stringMatching(/uis\.password: environment variable ACME_UIS_PASSWORD is not set or empty$/),
    ]);
  });
});
