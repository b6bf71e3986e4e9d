import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ERROR_CODES, ERRORS } from "@uis-call/shared";
import { startTestBff } from "@uis-call/testing/test-bff";
import { format } from "prettier";
import { expect, it } from "vitest";
import { fill } from "./docs-tables.harness.js";
import type { Route } from "./http/route.js";

const PAGE = fileURLToPath(new URL("../../../docs/http-api.md", import.meta.url));

/** Compares the page with the code. `npm run docs` writes these parts of the page. */
it("docs/http-api.md has the rows of the route table and the list of errors, as they are", async () => {
  const routes = await routesOfTheBackend();
  const page = readFileSync(PAGE, "utf8");
  const filled = fill(fill(page, "routes", tableOf(routes)), "errors", errors());
  await expect(await format(filled, { parser: "markdown", printWidth: 110 })).toMatchFileSnapshot(PAGE);
});

it("each route says what it does, except files named by their content", async () => {
  const routes = await routesOfTheBackend();
  const silent = routes.filter(({ does, path }) => does === undefined && !/-[0-9a-f]{8}\.js$/.test(path));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

async function routesOfTheBackend(): Promise<readonly Route[]> {
  const bff = await startTestBff();
  await bff.stop();
  return bff.routes;
}

const tableOf = (routes: readonly Route[]): string =>
  [
    "| route | asks for | does |",
    "| --- | --- | --- |",
    ...routes
      .filter(({ does }) => does !== undefined)
      .map((row) => `| \`${row.method} ${row.path}\` | ${asksFor(row)} | ${row.does ?? ""} |`),
  ].join("\n");

function asksFor({ session, csrf, origin, idempotencyKey }: Route): string {
  if (session === "opened") return "`Origin`";
  if (session === "none") return origin === "own" ? "no page of another site" : "";
  return [
    "session",
    ...(csrf ? ["`X-CSRF-Token`"] : []),
    ...(origin === "required" ? ["`Origin`"] : []),
    ...(idempotencyKey ? ["`Idempotency-Key`"] : []),
  ].join(", ");
}

const errors = (): string =>
  ERROR_CODES.map((code) => `### ${code}\n\n${String(ERRORS[code].status)}. ${ERRORS[code].meaning}`).join(
    "\n\n",
  );
