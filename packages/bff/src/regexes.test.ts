import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check } from "recheck";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const packages = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Files of the published packages, except tests. The simulator is not among them, because only this backend
 * talks to it.
 */
const files = ["bff", "shared", "widget"].flatMap((name) =>
  readdirSync(`${packages}${name}/src`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|harness)\.ts$/.test(file))
    .map((file) => `${name}/src/${file}`),
);

/** Returns the regular expressions in a file, and the places that build one at run time. */
function regexesIn(file: string): { regexes: string[]; made: string[] } {
  const source = ts.createSourceFile(
    file,
    readFileSync(packages + file, "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const [regexes, made]: string[][] = [[], []];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) regexes?.push(node.text);
    else if (ts.isIdentifier(node) && node.text === "RegExp") made?.push(node.parent.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { regexes: regexes ?? [], made: made ?? [] };
}

const found = files.map((file) => ({ file, ...regexesIn(file) }));
const all = [...new Set(found.flatMap(({ regexes }) => regexes))];

describe("the regular expressions of what ships", () => {
  it("are all literals: none is built at run time", () => {
    expect(all.length).toBeGreaterThan(30);
    expect(found.filter(({ made }) => made.length > 0)).toEqual([]);
  });

  it.each(all)("take linear time, or no more than recheck finds safe: %s", async (literal) => {
    const end = literal.lastIndexOf("/");
    const { status } = await check(literal.slice(1, end), literal.slice(end + 1), {
      timeout: 60_000,
      // The checker searches at random if it cannot decide a case. The seed is fixed.
      randomSeed: 7,
    });
    expect(status).toBe("safe");
  });

  it("would fail with a bad one such as this", async () => {
    expect((await check("^(a+)+$", "")).status).toBe("vulnerable");
  });
});
