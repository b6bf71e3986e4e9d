import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { expect } from "vitest";
import { systemClock } from "./clock.js";
import type { Configuration } from "./config/configuration.js";

export const CALL = { target: "sales", phone: "8 900 000-00-01" };
export const numbered = (n: number) => ({ ...CALL, phone: `8 900 000-${String(1000 + n)}` });
export const HOUR = 3_600_000;

/** Returns a `limits:` line that sets the given limits and switches off all others. */
export const only = (limits: string): string => {
  const kinds = ["number", "address", "session", "identity", "target", "tenant"];
  const none = kinds.filter((kind) => !limits.includes(`${kind}: [`)).map((kind) => `${kind}: none`);
  const numbers = limits.includes("distinctNumbers") ? [] : ["distinctNumbers: { session: none }"];
  const together = limits.includes("addressNumbers") ? [] : ["addressNumbers: none"];
  const atOnce = limits.includes("concurrency") ? [] : ["concurrency: { target: none, tenant: none }"];
  return `limits: { ${[...none, ...numbers, ...together, ...atOnce, limits].join(", ")} }`;
};

const running: TestBff[] = [];

/** Stops all backends that the test has started. */
export async function stopAll(): Promise<void> {
  for (const bff of running.splice(0)) await bff.stop();
}

/**
 * Switches proofs of work off. Otherwise a thousand simultaneous requests would count as an attack, and a
 * different defence would refuse them.
 */
const withoutProof = ({ tenants }: Configuration): Configuration => ({
  tenants: tenants.map((tenant) => ({ ...tenant, proof: "never" })),
});

export async function start(options: TestBffOptions): Promise<TestBff> {
  const bff = await startTestBff({ trustProxy: "loopback", configure: withoutProof, ...options });
  running.push(bff);
  bff.uis.exchange.change({ answersWhen: "accepted" });
  return bff;
}

/**
 * Starts three instances on PostgreSQL, or one instance on SQLite. All instances use the simulator of the first
 * one.
 */
export async function startInstances(databaseUrl: string, options: TestBffOptions): Promise<TestBff[]> {
  const shared = { ...options, databaseUrl, sessionSecret: "s".repeat(32) };
  const first = await start(shared);
  if (databaseUrl.startsWith("sqlite:")) return [first];
  const others = [
    await start({ ...shared, uisUrl: first.uis.url }),
    await start({ ...shared, uisUrl: first.uis.url }),
  ];
  return [first, ...others];
}

/** Opens a session for a visitor with this IP address. The test sends the address as a proxy would report it. */
export async function visitorAt(bff: TestBff, ip: string, tenant = "acme"): Promise<Visitor> {
  const visitor = bff.visitor();
  visitor.headers = { "x-forwarded-for": ip, origin: `https://${tenant}.example` };
  const { status } = await insist(() => visitor.open(tenant));
  expect(status).toBe(200);
  return visitor;
}

/** Repeats a request while a busy machine refuses it. The element does the same. */
export async function insist<A extends { status: number }>(ask: () => Promise<A>): Promise<A> {
  let answer = await ask();
  for (let tries = 0; answer.status === 503 && tries < 100; tries++) {
    await systemClock.sleep(200);
    answer = await ask();
  }
  return answer;
}

export const addressOf = (n: number) => `203.0.${String(n >> 8)}.${String(n & 255)}`;

/** Returns the same visitor, with the same session, as a client of another instance. */
export function at(bff: TestBff, visitor: Visitor): Visitor {
  const { cookie, csrfToken, headers, tenant } = visitor;
  return Object.assign(bff.visitor(), { cookie, csrfToken, headers, tenant });
}

export const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

export const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
