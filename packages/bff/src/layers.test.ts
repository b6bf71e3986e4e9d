import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** A request passes these rooms from left to right; imports may only point to the right. */
const FLOW = ["routes", "http", "session", "policy", "calls", "handover", "uis", "store"];
/** What every room may use. */
const SHARED = ["config", "clock.ts", "http-client.ts", "log.ts", "metrics.ts", "refusal.ts"];
/** Where it is all put together. */
const ROOT = ["app.ts", "mount.ts", "server.ts", "cli.ts", "index.ts", "tokens.ts", "commands"];

const src = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/\.(test|harness)\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), "utf8") }));

const roomOf = (name: string): string => name.split("/")[0] ?? name;

const importsOf = ({ name, text }: { name: string; text: string }): string[] =>
  [...text.matchAll(/from "(\.[^"]+)\.js"/g)].map((match) =>
    relative(src, resolve(src, dirname(name), `${match[1] ?? ""}.ts`)),
  );

function mayImport(from: string, to: string): boolean {
  if (from === to || ROOT.includes(from)) return true;
  if (SHARED.includes(to)) return true;
  if (SHARED.includes(from)) return false;
  return FLOW.includes(from) && FLOW.indexOf(to) > FLOW.indexOf(from);
}

describe("the rooms of the backend", () => {
  it("import only down the line a request takes", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(roomOf(file.name), roomOf(target)))
        .map((target) => `${file.name} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("leave environment, listening and signals to the process entry", () => {
    const naming = (pattern: RegExp) =>
      files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(naming(/process\.(env|exit|once|on)\b/)).toEqual(["cli.ts"]);
    expect(naming(/\.listen\(/)).toEqual(["server.ts"]);
  });

  it("serve nothing but rows of the route table", () => {
    const naming = files
      .filter(({ text }) => /import \{[^}]*\bRouter\b[^}]*\} from "express"|\bexpress\(\)/.test(text))
      .filter(({ text }) => /\bRouter\(|\bexpress\(\)/.test(text));
    expect(naming.map(({ name }) => name).sort()).toEqual(["http/router.ts", "server.ts"]);
  });

  it("take time and chance from outside, but for what is random by purpose", () => {
    const naming = (pattern: RegExp) =>
      files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(naming(/Date\.now\(|new Date\(\)|performance\.now/).sort()).toEqual([
      "clock.ts",
      "log.ts",
      // For other people's backends.
      "tokens.ts",
    ]);
    expect(naming(/Math\.random/)).toEqual(["app.ts"]);
  });
});
