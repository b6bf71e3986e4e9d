import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import { freePort } from "@uis-call/testing/ports";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { root, startSite } from "./example-site.js";

const run = promisify(execFile);
const PACKAGES = ["shared", "widget", "bff", "simulator"];
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Record<string, unknown>;
const pnpm = (folder: string, ...args: string[]) =>
  run("npx", ["--yes", String(manifestOf(".")["packageManager"]), ...args], { cwd: folder });

/** The files of the test project, except package.json and pnpm-workspace.yaml. */
const PROJECT = {
  "index.html": `<!doctype html><html lang="en"><link rel="icon" href="data:," /><script type="module" src="/main.js"></script>
    <uis-call-button endpoint="http://localhost:4331/api" tenant="own" target="sales"></uis-call-button></html>`,
  "main.js": `import "@uis-call/widget/define";`,
  "types.ts": `import "@uis-call/widget/define";
    import type { Call, Strings } from "@uis-call/widget";
    import { createIdentityToken } from "@uis-call/bff/tokens";
    const button = document.querySelector("uis-call-button")!;
    const overrides: Strings = { heading: "Talk to us" };
    button.strings = overrides;
    document.addEventListener("uis-call-status", ({ call }) => {
      const { status }: Call = call;
      // @ts-expect-error: there is no such status
      if (status === "ringing") button.hide();
    });
    // @ts-expect-error: tenant is a string
    button.tenant = 5;
    export const token: Promise<string> = createIdentityToken({ tenant: "own", sub: "1" }, "secret");`,
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "ES2022",
      module: "NodeNext",
      lib: ["ES2023", "DOM"],
      typeRoots: [join(root, "node_modules/@types")],
      types: ["node"],
      strict: true,
      noEmit: true,
    },
    files: ["types.ts"],
  }),
};

let folder: string;
let tarballs: Record<string, string>;
let project: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "uis-packages-"));
  for (const name of PACKAGES) await pnpm(join(root, "packages", name), "pack", "--pack-destination", folder);
  const files = readdirSync(folder);
  const tarball = (name: string) => join(folder, files.find((file) => file.includes(`-${name}-`)) ?? "");
  tarballs = Object.fromEntries(PACKAGES.map((name) => [name, tarball(name)]));
  project = join(folder, "project");
  await installInto(project);
}, 420_000);
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

/** Returns the text of a file in a package's tarball. */
const textIn = async (name: string, path: string): Promise<string> =>
  (await run("tar", ["-xOf", tarballs[name]!, `package/${path}`])).stdout;

/** Creates a project outside the workspace, and installs the tarballs of the packages in it. */
async function installInto(project: string): Promise<void> {
  mkdirSync(project);
  const packed = Object.fromEntries(
    Object.entries(tarballs).map(([name, path]) => [`@uis-call/${name}`, `file:${path}`]),
  );
  const manifest = { private: true, type: "module", dependencies: packed };
  const files = {
    ...PROJECT,
    "package.json": JSON.stringify(manifest),
    // Makes dependencies between the packages resolve to the tarballs, because the packages are not in the registry.
    // The file contains JSON, which is valid YAML.
    "pnpm-workspace.yaml": JSON.stringify({ overrides: packed, onlyBuiltDependencies: ["better-sqlite3"] }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  // With this lockfile, pnpm chooses the versions that are in its store already. If better-sqlite3 or one of the
  // packages that its installation script needs had a newer version, pnpm would run that script again, and it may
  // compile SQLite.
  copyFileSync(join(root, "pnpm-lock.yaml"), join(project, "pnpm-lock.yaml"));
  await pnpm(project, "install", "--prefer-offline", "--no-frozen-lockfile");
}

describe.each(PACKAGES)("the packed %s", (name) => {
  it("is what publint would have it be", async () => {
    const { buffer, byteOffset, byteLength } = readFileSync(tarballs[name]!);
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(pkg["name"]).toBe(`@uis-call/${name}`);
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has the types of its code, wherever it is imported from", async () => {
    const attw = join(root, "e2e/node_modules/.bin/attw");
    await run(attw, [tarballs[name]!, "--profile", "esm-only", "--format", "ascii"]);
  });

  it("holds no test, and has a licence", async () => {
    const { stdout } = await run("tar", ["-tf", tarballs[name]!]);
    expect(stdout).not.toMatch(/\.(test|harness)\./);
    expect(await textIn(name, "LICENSE")).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
  });
});

it.each([
  ["widget", "dist/embed/", "widget"],
  ["simulator", "dist/page-bundle/", "exchange"],
])("the packed %s says what is bundled in it, and has its licences", async (name, folder, script) => {
  const [notice] = (await textIn(name, `${folder}${script}.js`)).split("\n", 1);
  expect(notice).toMatch(/^\/\*! Includes .*\blit [\d.]+ \(BSD-3-Clause\)/);
  expect(notice).toContain(`${script}-licenses.txt`);
  expect(await textIn(name, `${folder}${script}-licenses.txt`)).toMatch(/Copyright \(c\) \d+ Google LLC/);
});

describe("installed into an empty project", () => {
  it("the element is imported by Node without a window, and registers itself", async () => {
    const script = `import("@uis-call/widget/define").then(() => console.log(customElements.get("uis-call-button").name))`;
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: project });
    expect(stdout).toBe("UisCallButton\n");
  });

  it("the types of element and events are there, without what only we have", async () => {
    const compiler = join(root, "node_modules/.bin/tsc");
    const { stdout } = await run(compiler, ["-p", project]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe("");
  });

  it("the commands start, the backend is ready, and a page made by a bundler places a call", async () => {
    const [simulator, backend] = [await freePort(), await freePort()];
    await build({ root: project, logLevel: "error" });
    const site = await startSite(join(project, "dist"));
    onTestFinished(site.stop);
    site.backend = `http://localhost:${backend}`;
    writeFileSync(
      join(project, "own-page.yaml"),
      readFileSync(join(root, "examples/own-page/own-page.yaml"), "utf8")
        .replace("http://localhost:4332", site.url)
        .replace("4330", String(simulator)),
    );
    start("uis-simulator", ["--port", String(simulator)]);
    start("uis-call-bff", ["start", "--config", "own-page.yaml"], { PORT: String(backend) });
    const ready = () =>
      fetch(`${site.backend}/api/health/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
    expect((await fetch(`${site.backend}/api/widget.js`)).status).toBe(200);
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(site.url);
    const button = page.locator("uis-call-button");
    await button.getByRole("button").first().click();
    await button.getByRole("textbox").fill("8 (900) 000-00-01");
    await button.locator("form [part~=submit]").click();
    await button.locator("[part~=status]:not(:empty)").waitFor();
    await page.goto(`http://127.0.0.1:${simulator}/`);
    await page.getByRole("button", { name: "Answer: Office" }).waitFor();
  });
});

/** Runs a command that is installed in the project. The command is stopped at the end of the test. */
function start(command: string, args: string[], env: Record<string, string> = {}): void {
  const child = spawn(join(project, "node_modules/.bin", command), args, {
    cwd: project,
    stdio: "ignore",
    env: {
      ...process.env,
      OWN_UIS_PASSWORD: "demo",
      SESSION_SECRET: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=",
      DATABASE_URL: "sqlite::memory:",
      ...env,
    },
  });
  onTestFinished(async () => {
    // Stops the command with SIGKILL. After SIGTERM, the backend would first wait for calls that UIS never answers.
    child.kill("SIGKILL");
    await once(child, "exit");
  });
}
