import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listening, type Statement } from "./store/statements.harness.js";
import type { Call, Problem } from "@uis-call/shared";
import { ORIGIN, withoutLimits } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { routeTable } from "@uis-call/testing/route-table";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Answer, CallAnswer, Visitor } from "@uis-call/testing/visitor";

type Ask = (stranger: Stranger, object: string) => Promise<Answer<Problem>>;

interface Stranger {
  visitor: Visitor;
  origin: string;
}

/** A route on which something can be named that belongs to somebody. */
interface Case {
  /** What belongs to somebody. */
  object: "call" | "target";
  ask: Ask;
}

const onCall =
  (method: "GET" | "DELETE", path = ""): Case["ask"] =>
  ({ visitor, origin }, id) =>
    visitor.send(method, `/calls/${id}${path}`, undefined, { origin });

/** Each route has its line: how to ask it for somebody else's, or why nothing of anybody's can be named there. */
const MATRIX: Record<string, Case | string> = {
  "GET /calls/:id": { object: "call", ask: onCall("GET") },
  "GET /calls/:id/events": { object: "call", ask: onCall("GET", "/events") },
  "DELETE /calls/:id": { object: "call", ask: onCall("DELETE") },
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
  "POST /session": "names a tenant, whose id is on its pages for everybody to see",
  "DELETE /session": "ends the session it is sent in",
  "GET /proof": "answers a challenge for the session it is sent in",
  "GET /stop": "is a form",
  "POST /stop": "takes a code that was told on the phone, and names nothing",
  "GET /health/live": "is about the process",
  "GET /health/ready": "is about the process",
  "GET /widget.js": "is the same for everybody",
  "GET /widget-HASH.js": "is the same for everybody",
  "GET /widget-licenses.txt": "is the same for everybody",
  "GET /widget.json": "is the same for everybody",
};

/** What says nothing of the answer. */
const PASSING = ["date", "x-request-id"];

const shapeOf = ({ status, body, headers }: Answer<Problem>) => ({
  status,
  body,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !PASSING.includes(name))),
});

let bff: TestBff;
/** What the database is asked. */
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
    const routes = routeTable(bff.router).flatMap(({ path, methods }) =>
      methods.map((method) => `${method} ${path.replace(/widget-[\w-]+\.js/, "widget-HASH.js")}`),
    );
    const all = new Set(routes);
    const forgotten = [...all].filter((route) => !(route in MATRIX));
    expect(forgotten, "add a line to MATRIX: how to ask it for what is another's, or why one cannot").toEqual(
      [],
    );
    expect(Object.keys(MATRIX).sort()).toEqual([...all].sort());
  });

  it("have a way to ask in the line of each route that has an id in its path", () => {
    const parameters = Object.entries(MATRIX).filter(([route]) => route.includes(":"));
    expect(parameters.filter(([, line]) => typeof line === "string")).toEqual([]);
  });

  const cases = Object.entries(MATRIX).filter(
    (entry): entry is [string, Case] => typeof entry[1] !== "string",
  );

  describe.each([
    ["another tenant's visitor", "careful", "https://careful.example"],
    ["another session of the tenant", "acme", ORIGIN],
  ])("do not show to %s", (_who, tenant, origin) => {
    // Its own visitors may use a tenant's targets.
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

    // A busy machine may slow down one of the two once; what takes longer does so each time.
    it.each(strange)(
      "on %s by the time it takes to say so",
      { retry: 3 },
      async (_route, { object, ask }) => {
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
          // In turn, so that whatever else the machine does slows down both.
          for (const one of n % 2 === 0 ? [askTheirs, askMissing] : [askMissing, askTheirs]) await one();
        }
        const ratio = median(theirs) / median(missing);
        expect(ratio).toBeGreaterThan(0.5);
        expect(ratio).toBeLessThan(2);
      },
    );

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
      answers.push(await call(stranger, `8 900 000-01-0${String(n)}`));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
    for (const { status, headers } of answers) {
      expect(status).toBeLessThan(300);
      expect(headers["idempotency-replayed"]).toBeUndefined();
    }
  });
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
