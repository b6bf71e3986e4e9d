import { once } from "node:events";
import { SCANNED } from "@uis-call/testing/acme";
import { postgresUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { got } from "got";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createIdentityToken } from "../tokens.js";

const bffs: TestBff[] = [];
afterEach(async () => {
  for (const bff of bffs.splice(0)) await bff.stop();
});

async function start(required = true, options: TestBffOptions = {}): Promise<TestBff> {
  const bff = await startTestBff({
    tenant: `identity: { secret: { env: IDENTITY_SECRET }, required: ${String(required)} }\n    limits: none`,
    ...options,
  });
  bffs.push(bff);
  return bff;
}

const token = (sub: string, secret: string = SCANNED.identitySecret, now = new Date()) =>
  createIdentityToken({ tenant: "acme", sub }, secret, now);

/** A logged-in visitor with a stream of a call that is under way. */
async function following(bff: TestBff, now = new Date()) {
  const visitor = bff.visitor();
  expect((await visitor.open("acme", {}, await token("u-1", undefined, now))).status).toBe(200);
  const at = new Date(now.getTime() + 86_400_000).toISOString();
  const { body } = await visitor.call({ target: "sales", phone: "8 900 000-00-01", at });
  expect(body.status).toBe("scheduled");
  return { visitor, id: body.id, ended: await streamOf(visitor, body.id) };
}

/** Opens a stream. Returns whether it has ended. */
async function streamOf(visitor: Visitor, id: string): Promise<() => boolean> {
  let over = false;
  const stream = got.stream(`${visitor.url}/calls/${id}/events?tenant=${visitor.tenant}`, {
    headers: { cookie: visitor.cookie },
  });
  stream.on("error", () => undefined).on("end", () => (over = true));
  await once(stream, "data");
  return () => over;
}

const isKnown = async (visitor: Visitor, id: string) => (await visitor.read(id)).status === 200;

const FAILING: Record<string, () => Promise<string | undefined>> = {
  "a token of another signer": () => token("u-2", "another-secret-of-more-than-32-characters"),
  "an expired token": () => token("u-2", undefined, new Date(Date.now() - 600_000)),
  "no token": () => Promise.resolve(undefined),
};

describe("a former user's session, where identity is required,", () => {
  it.each(Object.entries(FAILING))("ends with %s, and so does its stream", async (_what, failing) => {
    const { visitor, id, ended } = await following(await start());
    const { cookie, csrfToken } = visitor;
    expect((await visitor.open("acme", {}, await failing())).status).toBeGreaterThan(400);
    Object.assign(visitor, { cookie, csrfToken });
    expect(await isKnown(visitor, id)).toBe(false);
    await vi.waitFor(() => expect(ended()).toBe(true));
  });

  it("ends with a token that was used before", async () => {
    const bff = await start();
    const used = await token("u-2");
    expect((await bff.visitor().open("acme", {}, used)).status).toBe(200);
    const { visitor, id } = await following(bff);
    expect((await visitor.open("acme", {}, used)).body.code).toBe("identity_used");
    expect(await isKnown(visitor, id)).toBe(false);
  });
});

it("where identity is not required, a failing token leaves the session as it was", async () => {
  const { visitor, id } = await following(await start(false));
  const failing = await token("u-2", "another-secret-of-more-than-32-characters");
  expect((await visitor.open("acme", {}, failing)).body.code).toBe("identity_invalid");
  expect(await isKnown(visitor, id)).toBe(true);
});

describe("a stream ends with its session", () => {
  it("after DELETE /session", async () => {
    const { visitor, ended } = await following(await start());
    expect(ended()).toBe(false);
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    await vi.waitFor(() => expect(ended()).toBe(true));
  });

  it("when another user logs in", async () => {
    const { visitor, ended } = await following(await start());
    expect((await visitor.open("acme", {}, await token("u-2"))).status).toBe(200);
    await vi.waitFor(() => expect(ended()).toBe(true));
  });

  it("but not when the same user logs in again", async () => {
    const { visitor, id, ended } = await following(await start());
    expect((await visitor.open("acme", {}, await token("u-1"))).status).toBe(200);
    expect(await isKnown(visitor, id)).toBe(true);
    expect(ended()).toBe(false);
  });

  it("on another instance, too, at the next keep-alive", async () => {
    const databaseUrl = await postgresUrl();
    const clock = new TestClock();
    const first = await start(true, { databaseUrl, clock });
    const second = await start(true, { databaseUrl, clock, sessionSecret: first.sessionSecret });
    const { visitor, ended } = await following(first, clock.now());
    visitor.url = second.url;
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    await vi.waitFor(() => {
      clock.advance(15_000);
      expect(ended()).toBe(true);
    });
  });
});
