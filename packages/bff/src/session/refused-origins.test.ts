import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { got } from "got";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger } from "../log.js";
import { RefusedOrigins } from "./refused-origins.js";

let bff: TestBff;
beforeAll(async () => {
  bff = await startTestBff();
});
afterAll(() => bff.stop());

const warnings = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.includes('"level":"warn"'))
    .map((line) => JSON.parse(line) as { origin: string; tenant?: string; msg: string });

const warnedOf = (origin: string) => warnings(bff.logged()).filter((warning) => warning.origin === origin);

const ADD = "a page was refused: if it is yours, add exactly this origin to the tenant's origins";

const preflight = (origin: string) =>
  got(`${bff.url}/session`, { method: "OPTIONS", headers: { origin }, throwHttpErrors: false });

it("a preflight from a page no tenant lists is warned of once, with a hint", async () => {
  for (let time = 0; time < 3; time++) await preflight("http://127.0.0.1:4332");
  expect(warnedOf("http://127.0.0.1:4332")).toMatchObject([{ msg: ADD }]);
});

it("a page of another tenant is warned of once, with the tenant it asked for", async () => {
  const visitor = bff.visitor();
  for (let time = 0; time < 3; time++) await visitor.open("acme", { origin: "https://careful.example" });
  expect(warnedOf("https://careful.example")).toMatchObject([{ tenant: "acme", msg: ADD }]);
});

it("an unknown tenant and a tenant that does not list the page get the same answer, and the log tells them apart", async () => {
  const ask = async (tenant: string) => {
    const { status, text, headers } = await bff.visitor().open(tenant, { origin: "https://careful.example" });
    const { date, "x-request-id": id, ...rest } = headers;
    expect([date, id]).not.toContain(undefined);
    return { status, text, rest };
  };
  const unknown = await ask("acme-2");
  expect(unknown).toEqual(await ask("acme"));
  expect(unknown.status).toBe(403);
  expect(warnedOf("https://careful.example")).toContainEqual(
    expect.objectContaining({
      tenant: "acme-2",
      msg: "a page was refused: the configuration has no such tenant; correct the tenant of its button",
    }),
  );
});

it.each([
  ["POST", "/session?tenant=careful", (tenant: string) => ({ tenant })],
  ["GET", "/calls/3b241101-e2bb-4255-8caf-4136c566a962", undefined],
  ["GET", "/proof", undefined],
  ["POST", "/calls", () => ({ target: "sales" })],
  ["DELETE", "/session", undefined],
] as const)("no answer to %s %s says whether there is such a tenant", async (method, path, bodyOf) => {
  const ask = async (tenant: string) => {
    const visitor = bff.visitor();
    visitor.at("https://careful.example");
    visitor.tenant = tenant;
    const { status, text, headers } = await visitor.send(method, path, bodyOf?.(tenant));
    return { status, text, headers: { ...headers, date: "", "x-request-id": "" } };
  };
  expect(await ask("nobody")).toEqual(await ask("acme"));
});

it("a page that reached the backend at another address than PUBLIC_URL is logged with the address to set", async () => {
  await bff.visitor().open("acme", { "sec-fetch-site": "cross-site" });
  expect(warnedOf("https://acme.example")).toMatchObject([
    { msg: expect.stringContaining("PUBLIC_URL") as string },
  ]);
});

it("a page that may use the button is not warned of", async () => {
  await preflight("https://careful.example");
  expect(warnedOf("https://careful.example").filter(({ tenant }) => tenant === undefined)).toEqual([]);
});

it("an invalid Origin is logged once, without its text", async () => {
  const long = `https://${"a".repeat(300)}.example`;
  for (const origin of [long, "https://x.example/path", "add me to the origins"]) await preflight(origin);
  expect(warnedOf("(not an origin)")).toHaveLength(1);
  expect(bff.logged()).not.toMatch(/a{20}|add me|x\.example/);
});

it("no more than a hundred origins are remembered: the hundred and first makes room for itself", () => {
  const lines: string[] = [];
  const refused = new RefusedOrigins(createLogger("info", (line) => lines.push(line)));
  const numbered = (index: number) => `https://page-${String(index)}.example`;
  for (let index = 0; index <= 100; index++) refused.unlisted(numbered(index));
  refused.unlisted(numbered(100));
  expect(lines).toHaveLength(101);
  refused.unlisted(numbered(0));
  expect(lines).toHaveLength(102);
});
