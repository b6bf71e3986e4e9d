import { readFileSync } from "node:fs";
import { withoutLimits } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { killAll, startExample } from "@uis-call/testing/example";
import { freePort } from "@uis-call/testing/ports";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import { got } from "got";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Metrics } from "./metrics.js";
import { pauseCalls } from "./store/pauses.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await killAll();
});

async function start(options: TestBffOptions = {}): Promise<TestBff> {
  const bff = await startTestBff({ configure: withoutLimits, ...options });
  bff.uis.exchange.settings.answersWhen = "accepted";
  closing.push(() => bff.stop());
  return bff;
}

/** Returns the lines of a metric, without the name of the metric and the quotes of its labels. */
const linesOf = (text: string, name: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length).replaceAll('"', ""));

const idle = () => ({ work: 0, streams: 0 });

const ASKED = { target: "sales", phone: "+79000000001" };

describe.each(engines)("the metrics of a backend on %s", (_name, newUrl) => {
  it("count calls by tenant, country and end, those under way, and requests by route and code", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = bff.visitor();
    await visitor.open("acme");
    const { body } = await visitor.call(ASKED);
    await visitor.until(body.id, "placed");
    await visitor.call({
      ...ASKED,
      phone: "+79000000002",
      at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await visitor.call({ ...ASKED, target: "nowhere" });
    const text = await bff.metrics.text();
    expect(linesOf(text, "uis_call_asked_total")).toEqual(["{tenant=acme,country=RU} 2"]);
    expect(linesOf(text, "uis_call_ended_total")).toEqual(["{tenant=acme,status=placed,reason=} 1"]);
    expect(linesOf(text, "uis_call_under_way")).toEqual(["{status=scheduled} 1"]);
    expect(linesOf(text, "uis_call_requests_total")).toContain(
      "{route=/calls,method=POST,status=404,code=target_unknown} 1",
    );
    expect(linesOf(text, "uis_call_database_up")).toEqual([" 1"]);
  });

  it("show how long notifications have waited, and which tenants are paused", async () => {
    const clock = new TestClock();
    const bff = await start({
      ...{ databaseUrl: await newUrl(), clock },
      tenant: "notify: { url: 'http://127.0.0.1:9/', secret: { env: WEBHOOK_SECRET } }",
    });
    await pauseCalls(bff.database, "acme", "calls_stopped", clock.now());
    const visitor = bff.visitor();
    await visitor.open("acme");
    expect((await visitor.call(ASKED)).body.status).toBe("held");
    clock.advance(60_000);
    const text = await bff.metrics.text();
    expect(linesOf(text, "uis_call_notifications_waiting")).toEqual([" 1"]);
    const [oldest = ""] = linesOf(text, "uis_call_notification_oldest_seconds");
    expect(Number(oldest)).toBeGreaterThanOrEqual(60);
    expect(linesOf(text, "uis_call_tenants_paused")).toEqual([" 1"]);
    expect(linesOf(text, "uis_call_ended_total")).toEqual([
      "{tenant=acme,status=held,reason=calls_stopped} 1",
    ]);
  });

  it("say that the database does not answer, and go on", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const metrics = new Metrics(new TestClock(), () => Promise.reject(new Error("gone")), idle);
    expect(linesOf(await metrics.text(), "uis_call_database_up")).toEqual([" 0"]);
    expect(linesOf(await bff.metrics.text(), "uis_call_database_up")).toEqual([" 1"]);
  });
});

describe("the metrics", () => {
  const nothing = () =>
    Promise.resolve({
      underWay: {},
      notifications: { waiting: 0, oldest: undefined },
      receiversGone: [],
      pauses: { tenants: 0, all: false },
    });
  const call = { tenant: "acme", status: "accepted", reason: null } as const;

  it("show numbers in a row, without a number, for an hour", async () => {
    const clock = new TestClock();
    const metrics = new Metrics(clock, nothing, idle);
    const inOneBlock = async () => linesOf(await metrics.text(), "uis_call_numbers_in_one_block");
    for (let n = 0; n < 30; n++) metrics.accepted(call, `+7900000${String(1000 + n)}`, "RU");
    for (let n = 0; n < 30; n++) metrics.accepted(call, "+79010000001", "RU");
    metrics.accepted(call, "+4915112345678", "DE");
    expect(await inOneBlock()).toEqual([" 30"]);
    expect(await metrics.text()).not.toMatch(/\d{7}/);
    expect(linesOf(await metrics.text(), "uis_call_asked_total")).toContain("{tenant=acme,country=DE} 1");
    clock.advance(3_600_001);
    expect(await inOneBlock()).toEqual([" 0"]);
  });

  it("remember at most ten thousand numbers, and make no labels of invented values", async () => {
    const metrics = new Metrics(new TestClock(), nothing, idle);
    for (let n = 0; n < 12_000; n++) metrics.accepted(call, `+7900${String(1_000_000 + n)}`, "RU");
    expect(linesOf(await metrics.text(), "uis_call_numbers_in_one_block")).toEqual([" 8000"]);
    for (let n = 0; n < 50; n++) metrics.answered({ method: `X${String(n)}`, status: 404, ms: 1 });
    expect(linesOf(await metrics.text(), "uis_call_requests_total")).toEqual([
      "{route=none,method=other,status=404,code=} 50",
    ]);
  });

  it("are served on a listener of their own only, off by default", async () => {
    const quiet = await startExample();
    const spare = await freePort();
    const backend = await startExample({ METRICS_PORT: String(spare) });
    const text = await got(`http://127.0.0.1:${String(spare)}/metrics`).text();
    expect(text).toContain("uis_call_database_up 1");
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    for (const { url } of [quiet, backend]) {
      for (const path of [`${url}/metrics`, new URL("/metrics", url)]) {
        const { statusCode } = await got(path, { throwHttpErrors: false });
        expect(statusCode).toBe(404);
      }
    }
    expect(await backend.stop()).toEqual([0, null]);
    await quiet.stop();
  });
});

describe("docs/alerts.yaml", () => {
  interface Alerts {
    groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
  }

  it("watches for metrics there are, by labels they have", async () => {
    const file = readFileSync(new URL("../../../docs/alerts.yaml", import.meta.url), "utf8");
    const rules = (parse(file) as Alerts).groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    const metrics = new Metrics(new TestClock(), () => Promise.reject(new Error("gone")), idle);
    const known = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
    for (const { expr } of rules) {
      const named = [...expr.matchAll(/uis_call_\w+/g)].map(([name]) => name);
      expect(named).not.toEqual([]);
      expect(known).toEqual(expect.arrayContaining(named));
    }
  });
});
