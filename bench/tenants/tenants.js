// node bench/tenants/tenants.js [--runs 3]
//
// Measures how long a quiet tenant waits while others are busy: its calls, after 25 tenants have asked for 40 calls
// each, and its webhooks, while 300 events wait for another tenant's receiver, which never answers.
import { randomUUID } from "node:crypto";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startCommand } from "@uis-call/testing/cli";
import { request } from "undici";
import { ORIGIN } from "../contender.js";
import { spread } from "../figures.js";

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });

const BUSY = Array.from({ length: 25 }, (_, n) => `busy-${n}`);
/** Calls of each busy tenant. Together they are twice as many as the backend dials at once. */
const CALLS_EACH = 40;
/** Milliseconds until UIS answers the call of a busy tenant. */
const ANSWERS_AFTER = 10_000;
const EVENTS = 300;
const QUIET = 5;
const WEBHOOK_SECRET = `whsec_${Buffer.from("a-secret-of-the-benchmark").toString("base64")}`;

let lastNumber = 1000;
const nextNumber = () => `+7900${String(++lastNumber).padStart(7, "0")}`;

/** When calls arrived at UIS, by telephone number, and events at their receiver, by id of the call. */
const arrivals = new Map();
function arrivalOf(key) {
  if (!arrivals.has(key)) {
    const one = {};
    one.time = new Promise((resolve) => (one.resolve = resolve));
    arrivals.set(key, one);
  }
  return arrivals.get(key);
}
/** Resolves to the time at which the call to this number, or the event of this call, arrives. */
const arrival = (key) => arrivalOf(key).time;
const arrived = (key) => arrivalOf(key).resolve(performance.now());

/** Plays UIS at `/slow/v1`, `/quick/v1` and `/fails/v1`, and the receivers at `/hangs` and `/takes`. */
async function startOthers() {
  const server = createServer(async (message, response) => {
    const { id, method, params, data } = await json(message);
    if (message.url === "/hangs") return;
    if (message.url === "/takes") {
      arrived(data.id);
      response.writeHead(204).end();
      return;
    }
    const placing = method === "place_calls";
    if (placing) arrived(`+${params.numa}`);
    if (placing && message.url === "/slow/v1") await sleep(ANSWERS_AFTER);
    const placed = message.url === "/fails/v1" ? "fail" : "success";
    const result = placing ? placed : { session_key: "a-session-key" };
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

/** Returns the configuration of a tenant. `uis` and `receiver` are paths of {@link startOthers}. */
const tenantOf = (url, id, uis, receiver) => `
  - id: ${id}
    limits: none
    name: ${id}
    origins: [${ORIGIN}]
    serviceNumber: "+74990000000"
    uis: { api: v1, url: "${url}${uis}", login: ${id}, password: { env: BENCH_UIS_PASSWORD } }
    proof: never
    ${receiver ? `notify: { url: "${url}${receiver}", secret: { env: BENCH_WEBHOOK_SECRET } }` : ""}
    targets: { sales: { title: Sales, office: "+79000000101" } }`;

async function startBackend(url, folder) {
  const configuration = join(folder, "tenants.yaml");
  const tenants = [
    ...BUSY.map((id) => tenantOf(url, id, "/slow/v1")),
    tenantOf(url, "quiet", "/quick/v1"),
    tenantOf(url, "hanging", "/fails/v1", "/hangs"),
    tenantOf(url, "listening", "/fails/v1", "/takes"),
  ];
  writeFileSync(configuration, `tenants:${tenants.join("")}\n`);
  return startCommand(configuration, {
    environment: {
      NODE_ENV: "production",
      DATABASE_URL: `sqlite:${join(folder, "calls.db")}`,
      SESSION_SECRET: "0123456789abcdef0123456789abcdef",
      LOG_LEVEL: "fatal",
      BENCH_UIS_PASSWORD: "a-password",
      BENCH_WEBHOOK_SECRET: WEBHOOK_SECRET,
      WEBHOOK_PRIVATE_HOSTS: "127.0.0.1",
    },
  });
}

/** Opens a session. Returns a function that asks for a call and resolves to the id of the call. */
async function openVisitor(api, tenant) {
  const headers = { origin: ORIGIN, "content-type": "application/json" };
  const post = (path, more, body) =>
    request(`${api}${path}?tenant=${tenant}`, {
      ...{ method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) },
    });
  const answer = await post("/session", {}, { tenant });
  const { csrfToken } = await answer.body.json();
  const [cookie] = [answer.headers["set-cookie"] ?? ""].flat();
  return async function ask(phone) {
    const own = {
      ...{ "x-csrf-token": csrfToken, cookie: cookie.split(";")[0] },
      "idempotency-key": randomUUID(),
    };
    const { statusCode, body } = await post("/calls", own, { target: "sales", phone });
    const { id, code } = await body.json();
    if (id !== undefined) return id;
    if (code !== "overloaded") throw new Error(`HTTP ${statusCode}: ${code}`);
    await sleep(1000);
    return ask(phone);
  };
}

/** Asks for calls in eight lanes. Resolves when the backend has accepted all of them. */
async function burst(ask, calls) {
  const lane = async (_, index) => {
    for (let n = index; n < calls; n += 8) await ask(nextNumber());
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** Returns the milliseconds from the request to the arrival at UIS, for the calls of a quiet tenant. */
async function measureCalls(api) {
  const busy = await Promise.all(BUSY.map((tenant) => openVisitor(api, tenant)));
  const ask = await openVisitor(api, "quiet");
  await Promise.all(busy.map((one) => burst(one, CALLS_EACH)));
  return measure(async () => {
    const phone = nextNumber();
    await ask(phone);
    return arrival(phone);
  });
}

/** Returns the milliseconds from the request to the arrival of the event, for a quiet tenant's calls that UIS fails. */
async function measureEvents(api) {
  const askHanging = await openVisitor(api, "hanging");
  const ask = await openVisitor(api, "listening");
  await burst(askHanging, EVENTS);
  return measure(async () => arrival(await ask(nextNumber())));
}

const measure = (arrive) =>
  Promise.all(
    Array.from({ length: QUIET }, async () => {
      const began = performance.now();
      return (await arrive()) - began;
    }),
  );

/** Measures once, with a new backend. */
async function run(measureQuiet) {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-bench-"));
  const { server, url } = await startOthers();
  const backend = await startBackend(url, folder);
  try {
    return await measureQuiet(backend.url);
  } finally {
    backend.child.kill("SIGKILL");
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
}

for (const [name, measureQuiet] of [
  ["a quiet tenant's call reaches UIS after", measureCalls],
  ["a quiet tenant's event reaches its receiver after", measureEvents],
]) {
  const measured = [];
  for (let n = 0; n < Number(values.runs); n++) measured.push(...(await run(measureQuiet)));
  const { median, min, max } = spread(measured.map(Math.round));
  console.log(`${name} ${median} ms (${min} to ${max}, ${measured.length} measured)`);
}
