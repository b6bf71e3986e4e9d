import { createHmac, createSecretKey } from "node:crypto";
import { engines } from "@uis-call/testing/databases";
import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { openDatabase } from "../store/database.js";
import { createIdentityToken } from "../tokens.js";
import { checkIdentityToken, useToken } from "./identity.js";

const SECRET = "an-identity-secret-of-36-characters.";
const tenant = {
  id: "acme",
  identity: { required: false, key: { algorithm: "HS256", key: createSecretKey(Buffer.from(SECRET)) } },
} as unknown as Tenant;
const NOW = new Date("2026-11-23T09:00:00Z");

describe.each(engines)("an identity token on %s", (_name, newUrl) => {
  it("that is checked in its last moment opens one session, however long the database takes", async () => {
    const token = await createIdentityToken({ tenant: "acme", sub: "u-1" }, SECRET, NOW);
    const last = new Date(NOW.getTime() + 179_999);
    const checked = [
      await checkIdentityToken(token, tenant, last),
      await checkIdentityToken(token, tenant, last),
    ];
    const db = await openDatabase(await newUrl());
    try {
      const [first, second] = checked.map((one) => () => useToken(db, "acme", one));
      await first?.();
      await expect(second?.()).rejects.toHaveProperty("code", "identity_used");
    } finally {
      await db.close();
    }
  });
});

describe("an HMAC of a user's id, under the tenant's own secret,", () => {
  it.each(["hex", "base64url"] as const)("is no identity token, in %s and between dots", async (encoding) => {
    const hmac = createHmac("sha256", SECRET).update("u-1").digest(encoding);
    const claims = Buffer.from(JSON.stringify({ aud: "acme", sub: "u-1" })).toString("base64url");
    const header = Buffer.from('{"alg":"HS256"}').toString("base64url");
    for (const token of [hmac, `u-1.${hmac}`, `${header}.${claims}.${hmac}`]) {
      await expect(checkIdentityToken(token, tenant, NOW)).rejects.toHaveProperty("code", "identity_invalid");
    }
  });
});

describe("claims", () => {
  const make = (claims: object) =>
    createIdentityToken({ tenant: "acme", sub: "u-1", ...claims }, SECRET, NOW);
  const ODD = ["a\u0000b", "a\nb", "\u001b[31m", "\u0085", "\u2028", "\ud800"];

  it.each(ODD)("with %j in them are refused", async (odd) => {
    for (const claims of [{ sub: odd }, { name: odd }, { targets: [odd] }, { variables: { product: odd } }]) {
      await expect(checkIdentityToken(await make(claims), tenant, NOW)).rejects.toMatchObject({
        code: "identity_invalid",
        message: expect.stringContaining(`claim ${Object.keys(claims)[0]!}`) as string,
      });
    }
  });

  it("may have letters of all scripts, spaces and emoji", async () => {
    const name = "Анна-Мария O’Neill 山田 👩‍💻";
    expect((await checkIdentityToken(await make({ name }), tenant, NOW)).identity.name).toBe(name);
  });
});

describe("a site whose clock is", () => {
  const at = (seconds: number) =>
    createIdentityToken({ tenant: "acme", sub: "u-1" }, SECRET, new Date(NOW.getTime() + seconds * 1000));

  it.each([59, -59, -179])("%d seconds ahead is tolerated", async (seconds) => {
    const { identity } = await checkIdentityToken(await at(seconds), tenant, NOW);
    expect(identity.id).toBe("u-1");
  });

  it("further ahead is told to compare its clock", async () => {
    await expect(checkIdentityToken(await at(90), tenant, NOW)).rejects.toMatchObject({
      code: "identity_invalid",
      message: expect.stringContaining("clock") as string,
    });
  });

  it("further behind is told of its clock, too", async () => {
    await expect(checkIdentityToken(await at(-400), tenant, NOW)).rejects.toMatchObject({
      code: "identity_expired",
      message: expect.stringContaining("clock") as string,
    });
  });
});
