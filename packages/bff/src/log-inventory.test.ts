import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !/\.(test|harness)\.ts$/.test(file),
);
const page = readFileSync(join(folder, "../../../docs/logs.md"), "utf8");

const LEVELS = new Set(["trace", "debug", "info", "warn", "error", "fatal"]);

/** Returns the texts that an expression may have: one text, or one per branch of a condition. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  return [];
}

/** Returns the arguments that callers in the same file pass for a parameter of a method. */
function givenFor(parameter: ts.ParameterDeclaration, calls: ts.CallExpression[]): string[] {
  const method = parameter.parent as ts.MethodDeclaration;
  const position = method.parameters.indexOf(parameter);
  return calls
    .filter(({ expression }) => expression.getText().endsWith(`.${method.name.getText()}`))
    .flatMap((call) => call.arguments.slice(position, position + 1).flatMap(textsOf));
}

/** Returns each event that a file logs, with its level. It has the form of a row in the document. */
function eventsIn(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(folder, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls.flatMap((call) => {
    const { expression } = call;
    if (!ts.isPropertyAccessExpression(expression) || !LEVELS.has(expression.name.text)) return [];
    if (!/\b#?log$/i.test(expression.expression.getText())) return [];
    const message = call.arguments.at(-1);
    if (message === undefined) return [];
    const method = ts.findAncestor(call, ts.isMethodDeclaration);
    const parameter = method?.parameters.find((one) => one.name.getText() === message.getText());
    const texts = parameter === undefined ? textsOf(message) : givenFor(parameter, calls);
    expect(texts, `${file}: ${call.getText()}`).not.toEqual([]);
    return texts.map((text) => `| ${expression.name.text} | ${text} |`);
  });
}

describe("docs/logs.md", () => {
  it("lists every event that is logged, with its level, and no other", () => {
    const logged = new Set(files.flatMap(eventsIn));
    const rows = page
      .split("\n")
      .filter((line) => /^\| (trace|debug|info|warn|error|fatal) /.test(line))
      .map((line) => line.split(/ *\| */).slice(1, 3))
      .map(([level = "", text = ""]) => `| ${level} | ${text} |`);
    expect(logged.size).toBeGreaterThan(20);
    expect(rows.toSorted()).toEqual([...logged].toSorted());
  });
});
