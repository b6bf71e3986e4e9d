// Simulates visitors who request calls. Each visitor has its own HTTP connection, session and CSRF token, and each call
// has its own telephone number and Idempotency-Key. General load generators cannot do this: they can neither change the
// telephone number in each request nor wait, after a response with status 202, until the call is over.
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "undici";
import { ORIGIN } from "./contender.js";

const CLIENTS = 32;

let lastNumber = 1000;
/** Returns a mobile number that has not been used before. */
const nextNumber = () => `+7900${String(++lastNumber).padStart(7, "0")}`;

/** Opens a session for each of 32 visitors at the server on `port`. */
export async function openVisitors(port) {
  return Promise.all(Array.from({ length: CLIENTS }, () => openVisitor(`http://127.0.0.1:${port}`)));
}

async function openVisitor(address) {
  const client = new Client(address);
  const headers = { origin: ORIGIN, "content-type": "application/json" };
  const body = JSON.stringify({ tenant: "acme" });
  const answer = await client.request({ method: "POST", path: "/api/session?tenant=acme", headers, body });
  const { csrfToken } = await answer.body.json();
  const [cookie] = [answer.headers["set-cookie"] ?? ""].flat();
  return { client, headers: { ...headers, "x-csrf-token": csrfToken, cookie: cookie.split(";")[0] } };
}

/** Closes the HTTP connections of the visitors. */
export const closeVisitors = (visitors) => Promise.all(visitors.map(({ client }) => client.close()));

/** Requests one call and waits until the call is over. */
async function call({ client, headers }) {
  const phone = nextNumber();
  const began = performance.now();
  const answer = await client.request({
    method: "POST",
    path: "/api/calls?tenant=acme",
    headers: { ...headers, "idempotency-key": randomUUID() },
    body: JSON.stringify({ target: "sales", phone }),
  });
  if (answer.statusCode === 201) await answer.body.dump();
  else if (answer.statusCode === 202) await over(client, headers, (await answer.body.json()).id);
  else throw new Error(`HTTP ${answer.statusCode}: ${await answer.body.text()}`);
  return { number: phone.slice(1), time: performance.now() - began };
}

/**
 * Reads the event stream of a call until the call is over, as the element does. Needed if the backend responded with
 * 202.
 */
async function over(client, headers, id) {
  const { body } = await client.request({
    method: "GET",
    path: `/api/calls/${id}/events?tenant=acme`,
    headers,
  });
  const events = (await body.text()).match(/^data: ?.*$/gm) ?? [];
  const { status } = JSON.parse(events.at(-1)?.replace(/^data: ?/, "") ?? "{}");
  if (status !== "placed") throw new Error(`a call became ${status}`);
}

/** Runs a closed loop for some seconds: each visitor requests a call as soon as the visitor's previous call is over. */
export async function closedLoop(visitors, seconds) {
  const calls = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  const visit = async (visitor) => {
    while (performance.now() < end) calls.push(await call(visitor));
  };
  await Promise.all(visitors.map(visit));
  return { calls, seconds: (performance.now() - began) / 1000 };
}

/** Runs an open loop for some seconds: requests `rate` calls a second, even if earlier calls are not over. */
export async function openLoop(visitors, rate, seconds) {
  const began = performance.now();
  const calls = [];
  for (let index = 0; index < rate * seconds; index++) {
    await sleep(Math.max(0, began + (index * 1000) / rate - performance.now()));
    calls.push(call(visitors[index % visitors.length]));
  }
  return { calls: await Promise.all(calls), seconds: (performance.now() - began) / 1000 };
}
