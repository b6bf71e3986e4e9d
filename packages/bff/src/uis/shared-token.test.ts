import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { Secret } from "../config/secret.js";
import { type Database, openDatabase } from "../store/database.js";
import { createSharedToken } from "./shared-token.js";
import type { TokenAnswer } from "./token-provider.js";

const SECRETS = [new Secret("s".repeat(32))];
const HOUR = 3_600_000;

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});

async function open(newUrl: () => Promise<string>): Promise<Database> {
  const db = await openDatabase(await newUrl());
  opened.push(db);
  return db;
}

describe.each(engines)("a shared token on %s", (_name, newUrl) => {
  it("is requested by one of all processes that need it at the same time, and by one again when it is refused", async () => {
    const db = await open(newUrl);
    const shares = Array.from({ length: 5 }, () => createSharedToken(db, "acme", SECRETS, systemClock));
    let asked = 0;
    const authenticate = async (): Promise<TokenAnswer> => {
      const token = `token-${++asked}`;
      await systemClock.sleep(50);
      return { token };
    };
    const all = (refused?: string) =>
      Promise.all(
        shares.map(async (share) => {
          const answer = await share.obtain(authenticate, refused);
          return "token" in answer ? answer.token : answer.kind;
        }),
      );
    expect(await all()).toEqual(shares.map(() => "token-1"));
    expect(await all("token-1")).toEqual(shares.map(() => "token-2"));
    expect(asked).toBe(2);
  });

  it("is handed on with the time it has left, and not when that is over", async () => {
    const db = await open(newUrl);
    const clock = new TestClock();
    const [one, other] = [clock, clock].map((time) => createSharedToken(db, "acme", SECRETS, time));
    expect(await one?.obtain(() => Promise.resolve({ token: "first" }), undefined)).toEqual({
      token: "first",
    });
    clock.advance(HOUR / 6);
    const never = () => Promise.reject(new Error("asked for"));
    expect(await other?.obtain(never, undefined)).toEqual({ token: "first", lifeLeft: (HOUR / 6) * 4 });
    clock.advance(HOUR);
    expect(await other?.obtain(() => Promise.resolve({ token: "second" }), undefined)).toEqual({
      token: "second",
    });
  });

  it("is requested by another process when the first is gone, and at once when UIS refused it", async () => {
    const db = await open(newUrl);
    const clock = new TestClock();
    const share = createSharedToken(db, "acme", SECRETS, clock);
    await new Promise<void>((claimed) => {
      void share.obtain(() => {
        claimed();
        return new Promise(() => undefined);
      }, undefined);
    });
    const waiting = share.obtain(() => Promise.resolve({ token: "second" }), undefined);
    // Advances the clock in steps of 100 ms until the other process's time to request the token is over.
    let token: TokenAnswer | undefined;
    void waiting.then((answer) => (token = answer));
    let passed = 0;
    while (token === undefined && passed < 60_000) {
      await systemClock.sleep(2);
      clock.advance(100);
      passed += 100;
    }
    expect(token).toEqual({ token: "second" });
    expect(passed).toBeGreaterThanOrEqual(15_000);

    const refusal: TokenAnswer = { kind: "refused", fault: "account", code: -32003 };
    const other = createSharedToken(db, "other", SECRETS, clock);
    expect(await other.obtain(() => Promise.resolve(refusal), undefined)).toEqual(refusal);
    expect(await other.obtain(() => Promise.resolve({ token: "third" }), undefined)).toEqual({
      token: "third",
    });
  });

  it("lies in the database encrypted, readable with an older secret too, and with no other", async () => {
    const db = await open(newUrl);
    const clock = new TestClock();
    const obtain = (secrets: Secret[], token: string) =>
      createSharedToken(db, "acme", secrets, clock).obtain(() => Promise.resolve({ token }), undefined);
    await obtain(SECRETS, "in-the-clear");
    const rows = JSON.stringify(await db.query.selectFrom("uis_tokens").selectAll().execute());
    expect(rows).not.toMatch(/in-the-clear|acme/);
    expect(rows).not.toContain(Buffer.from("in-the-clear").toString("base64url"));
    const newer = new Secret("n".repeat(32));
    expect(await obtain([newer, ...SECRETS], "asked")).toMatchObject({ token: "in-the-clear" });
    expect(await obtain([newer], "asked")).toEqual({ token: "asked" });
  });

  it("is each process's own when the database is unavailable", async () => {
    const db = await openDatabase(await newUrl());
    await db.close();
    const share = createSharedToken(db, "acme", SECRETS, systemClock);
    expect(await share.obtain(() => Promise.resolve({ token: "own" }), undefined)).toEqual({ token: "own" });
  });
});
