import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "./command.js";
import { type RpcBody } from "./v1/endpoint.harness.js";
import { RPC_ERRORS } from "./v1/json-rpc.js";
import { readScript } from "./script-file.js";

const inPackage = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const readme = readFileSync(inPackage("README.md"), "utf8");

/** Returns the first code block under a heading of the README. */
function block(heading: string): string {
  const section = readme.slice(readme.indexOf(`\n${heading}\n`));
  const code = /```\w+\n([\s\S]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`README.md has no code under ${heading}`);
  return code;
}

/** Runs a shell example of the README. The example uses port 8008, which is replaced with `port`. */
async function bash(text: string, port: string): Promise<string> {
  const command = text.replaceAll("8008", port);
  return (await promisify(execFile)("bash", ["-euo", "pipefail", "-c", command])).stdout;
}

function temporaryScript(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "uis-script-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "day.json"), text);
  return join(folder, "day.json");
}

test("the curl example gives the answer printed under it, from the command as it is shipped", async () => {
  const options = /--port 8008 (--answer-after \d+)/.exec(block("## Run it"))?.[1]?.split(" ") ?? [];
  const cli = spawn(process.execPath, [inPackage("dist/cli.js"), "--port", "0", ...options]);
  onTestFinished(() => void cli.kill());
  const lines: string[] = [];
  const output = createInterface(cli.stdout).on("line", (line) => lines.push(line));
  await once(output, "line");
  const port = /:(\d+)\/v1/.exec(lines[0] ?? "")?.[1] ?? "";

  const example = block("### Ask it something");
  const printed = /^# (\{.*\}) +after two seconds/m.exec(example)?.[1] ?? "";
  expect(JSON.parse(await bash(example, port))).toEqual(JSON.parse(printed));
  expect(lines).toContain("call 1  t+2.0  connected");

  cli.kill("SIGTERM");
  expect(await once(cli, "exit")).toEqual([0, null]);
}, 15_000);

interface ErrorRow {
  send: string;
  script: string;
  answer: string;
}

const errors: ErrorRow[] = readme
  .split("\n")
  .filter((line) => /\| -32\d{3} /.test(line))
  .map((line) => {
    const [send = "", script = "", answer = ""] = line
      .split("|")
      .slice(1)
      .map((cell) => cell.trim());
    return { send: send.replaceAll("`", ""), script: script.replaceAll("`", ""), answer };
  });

test("the table of errors has every documented error", () => {
  const documented = Object.values(RPC_ERRORS).map(({ code, message }) => `${code} ${message}`);
  const shown = errors.map(({ answer }) => answer.slice(0, answer.indexOf(":")));
  expect([...new Set(shown)].sort()).toEqual(documented.sort());
});

test.each(errors)("$send is answered with $answer", async ({ send, script, answer }) => {
  const lines: string[] = [];
  const options = script === "" ? [] : ["--script", temporaryScript(script)];
  const stop = await runCommand(["--port", "0", ...options], {
    print: (line) => lines.push(line),
    complain: (line) => expect.fail(line),
    exit: (code) => expect.fail(`exit ${code}`),
  });
  onTestFinished(stop);
  const port = /:(\d+)\/v1/.exec(lines[0] ?? "")?.[1] ?? "";
  const output = await bash(`${block("### Every documented error")}\n${send}`, port);
  const { error } = JSON.parse(output) as RpcBody;
  // Removes the position in the text, because newer versions of Node.js add a line number to the messages of JSON
  // errors.
  expect(`${error?.code} ${error?.message}: ${error?.data.replace(/ \(line .*/, "")}`).toBe(answer);
});

test("the script shown can be played", () => {
  expect(readScript(temporaryScript(block("### A scripted day")))).toHaveLength(10);
});
