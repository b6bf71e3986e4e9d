import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Route } from "./http/route.js";
import { listening, type Statement } from "./store/statements.harness.js";
import type { Call, Problem } from "@uis-call/shared";
import { ORIGIN, withoutLimits } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Answer, CallAnswer, Visitor } from "@uis-call/testing/visitor";

type Ask = (stranger: Stranger, object: string) => Promise<Answer<Problem>>;

interface Stranger {
  visitor: Visitor;
  origin: string;
}

/** A route on which a request can name an object of another session or tenant. */
interface Case {
  /** Kind of the object. */
  object: "call" | "target";
  ask: Ask;
}

/** How the body of a request can name an object of another session or tenant, or why it cannot. */
const BODIES: Record<string, Case | string> = {
  "POST /calls": {
    object: "target",
    ask: ({ visitor, origin }, target) =>
      visitor.send(
        "POST",
        "/calls",
        { target, phone: "8 900 000-00-09", consent: true },
        {
          origin,
          "idempotency-key": randomUUID(),
        },
      ),
  },
  "POST /session": "names a tenant, whose id is public on its pages",
};

/**
 * Returns how a request to a route can name an object of another session or tenant, or why it cannot. Query
 * strings are not read, so only the path and the body can name an object, and only in a session.
 */
function caseOf({ method, path, session, body, own }: Route): Case | string | undefined {
  if (session === "none") return "knows no session, so nothing belongs to a visitor";
  if (own?.what === "call")
    return {
      object: "call",
      ask: ({ visitor, origin }, id) => visitor.send(method, path.replace(/:\w+/, id), undefined, { origin }),
    };
  if (path.includes(":") || body !== undefined) return BODIES[`${method} ${path}`];
  return "is about the session it is sent in";
}

const MATRIX = await matrix();

/** Returns each row of the route table with its case. */
async function matrix(): Promise<[string, Case | string | undefined][]> {
  const bff = await startTestBff();
  await bff.stop();
  return bff.routes.map((row) => [`${row.method} ${row.path}`, caseOf(row)]);
}

/** Headers that differ in every answer. */
const PASSING = ["date", "x-request-id"];

const shapeOf = ({ status, body, headers }: Answer<Problem>) => ({
  status,
  body,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !PASSING.includes(name))),
});

let bff: TestBff;
/** SQL statements that were sent to the database. */
const heard: Statement[] = [];

async function strangerOf(tenant: string, origin: string): Promise<Stranger> {
  const visitor = bff.visitor();
  expect((await visitor.open(tenant, { origin })).status).toBe(200);
  return { visitor, origin };
}

describe.each(engines)("tenants on %s", (_name, newUrl) => {
  let owner: Visitor;
  let calls: Record<"over" | "scheduled", CallAnswer>;
  beforeAll(async () => {
    bff = await startTestBff({
      databaseUrl: await newUrl(),
      open: listening(heard),
      configure: withoutLimits,
    });
    bff.uis.exchange.settings.answersWhen = "accepted";
    owner = (await strangerOf("acme", ORIGIN)).visitor;
    const at = new Date(Date.now() + 3_600_000).toISOString();
    calls = {
      over: await owner.call({ target: "sales", phone: "8 900 000-00-01" }),
      scheduled: await owner.call({ target: "sales", phone: "8 900 000-00-02", at }),
    };
    await owner.until(calls.over.body.id, "placed");
  });
  afterAll(() => bff.stop());

  it("have a line in the matrix for each route there is, and no other", () => {
    const forgotten = MATRIX.filter(([, line]) => line === undefined).map(([route]) => route);
    expect(forgotten, "add to BODIES how to ask it for what is another's, or why one cannot").toEqual([]);
    const rows = MATRIX.map(([route]) => route);
    expect(Object.keys(BODIES).filter((route) => !rows.includes(route))).toEqual([]);
  });

  it("have a way to ask in the line of each route that has an id in its path", () => {
    const parameters = MATRIX.filter(([route]) => route.includes(":"));
    expect(parameters.length).toBeGreaterThan(2);
    expect(parameters.filter(([, line]) => typeof line !== "object")).toEqual([]);
  });

  const cases = MATRIX.filter((entry): entry is [string, Case] => typeof entry[1] === "object");

  describe.each([
    ["another tenant's visitor", "careful", "https://careful.example"],
    ["another session of the tenant", "acme", ORIGIN],
  ])("do not show to %s", (_who, tenant, origin) => {
    // Leaves out the targets of acme if the stranger is a visitor of acme, who may use these targets.
    const strange = cases.filter(([, { object }]) => object === "call" || tenant !== "acme");

    it.each(strange)("on %s what is another's, nor that it is there", async (_route, { object, ask }) => {
      const stranger = await strangerOf(tenant, origin);
      const theirs = object === "call" ? [calls.over.body.id, calls.scheduled.body.id] : ["support"];
      const missing = shapeOf(await ask(stranger, object === "call" ? randomUUID() : "nowhere"));
      expect(missing.status).toBe(404);
      expect(missing.body.code).toBe(object === "call" ? "not_found" : "target_unknown");
      for (const id of theirs) expect(shapeOf(await ask(stranger, id))).toEqual(missing);
      expect((await owner.read(calls.scheduled.body.id)).body).toEqual(calls.scheduled.body);
    });

    // Tries again, because a busy machine may delay one of the two requests. A real difference would appear
    // each time.
    it.each(strange)("on %s by the time of the answer", { retry: 3 }, async (_route, { object, ask }) => {
      const stranger = await strangerOf(tenant, origin);
      const took = async (name: string): Promise<number> => {
        const began = performance.now();
        await ask(stranger, name);
        return performance.now() - began;
      };
      const [theirs, missing]: [number[], number[]] = [[], []];
      const askTheirs = async () =>
        theirs.push(await took(object === "call" ? calls.over.body.id : "support"));
      const askMissing = async () => missing.push(await took(object === "call" ? randomUUID() : "nowhere"));
      for (let n = 0; n < 80; n++) {
        // Alternates the order of the two requests, so that other load on the machine affects both in the same
        // way.
        for (const one of n % 2 === 0 ? [askTheirs, askMissing] : [askMissing, askTheirs]) await one();
      }
      const ratio = median(theirs) / median(missing);
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    });

    it.each(strange.filter(([, { object }]) => object === "call"))(
      "on %s by a statement that looks for an id alone, without tenant and session",
      async (_route, { ask }) => {
        const stranger = await strangerOf(tenant, origin);
        for (const id of [calls.over.body.id, calls.scheduled.body.id, randomUUID()]) {
          heard.length = 0;
          await ask(stranger, id);
          const naming = heard.filter(({ parameters }) => parameters.includes(id));
          expect(naming.length).toBeGreaterThan(0);
          for (const { sql, parameters } of naming) {
            expect(sql).toMatch(/ where .*"tenant" = .*"principal" = /);
            expect(parameters).toContain(tenant);
          }
        }
      },
    );
  });

  it("are not mixed up by an idempotency key that both use", async () => {
    const key = randomUUID();
    const call = async ({ visitor, origin }: Stranger, phone: string) =>
      visitor.send<Call>(
        "POST",
        "/calls",
        { target: "sales", phone, consent: true },
        {
          origin,
          "idempotency-key": key,
        },
      );
    const strangers = [
      await strangerOf("acme", ORIGIN),
      await strangerOf("acme", ORIGIN),
      await strangerOf("careful", "https://careful.example"),
    ];
    const answers = [];
    for (const [n, stranger] of strangers.entries())
      answers.push(await call(stranger, `8 900 000-03-0${String(n)}`));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
    for (const { status, headers } of answers) {
      expect(status).toBeLessThan(300);
      expect(headers["idempotency-replayed"]).toBeUndefined();
    }
  });
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
