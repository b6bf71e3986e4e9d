import { createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { openDatabase } from "../store/database.js";
import { engines } from "../store/engines.harness.js";
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
    const last = new Date(NOW.getTime() + 124_999);
    const checked = [
      await checkIdentityToken(token, tenant, last),
      await checkIdentityToken(token, tenant, last),
    ];
    const db = await openDatabase(await newUrl());
    try {
      const [first, second] = checked.map(
        (one, n) => () => useToken(db, "acme", one, new Date(last.getTime() + n + 1)),
      );
      await first?.();
      await expect(second?.()).rejects.toHaveProperty("code", "identity_used");
    } finally {
      await db.close();
    }
  });
});
