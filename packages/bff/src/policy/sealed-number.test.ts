import { createSecretKey } from "node:crypto";
import { CompactEncrypt } from "jose";
import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { sealNumber } from "../tokens.js";
import { openSealedNumber } from "./sealed-number.js";

const KEY = Buffer.alloc(32, 7);
const NOW = new Date("2026-11-23T09:00:00Z");
const SECONDS = NOW.getTime() / 1000;
const YEAR = 366 * 86_400;
const tenant = { id: "acme", sealing: { key: createSecretKey(KEY) } } as unknown as Tenant;

const opened = async (contents: object) => {
  const inside = { aud: "acme", target: "supplier", phone: "+79000000404", exp: SECONDS + 60, ...contents };
  const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(inside)))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "acme" })
    .encrypt(KEY);
  return openSealedNumber(sealed, tenant, "supplier", NOW);
};

describe("a sealed number", () => {
  it.each([NOW.getTime() + 60_000, 1e15, 8.64e15, SECONDS + YEAR + 1])(
    "with exp %d, which is milliseconds or more than a year ahead, is refused and told the unit",
    async (exp) => {
      await expect(opened({ exp, jti: "one" })).rejects.toMatchObject({
        code: "sealed_number_invalid",
        message: expect.stringContaining("exp: seconds since 1970, at most 366 days ahead") as string,
      });
    },
  );

  it.each([-1, 0, 1])("with exp %d has expired", async (exp) => {
    const { check } = await opened({ exp });
    expect(await check({} as never)).toMatchObject({ refusal: { code: "sealed_number_expired" } });
  });

  it("that lasts a year is opened", async () => {
    expect((await opened({ exp: SECONDS + YEAR })).phone).toBe("+79000000404");
  });

  it.each(["a\u0000b", "a\nb", "\ud800"])("with the jti %j is refused", async (jti) => {
    await expect(opened({ jti })).rejects.toHaveProperty("code", "sealed_number_invalid");
  });

  it("is not made for longer than a year", async () => {
    const contents = { tenant: "acme", target: "supplier", phone: "+79000000404", lifetime: YEAR + 1 };
    await expect(sealNumber(contents, KEY.toString("base64url"), NOW)).rejects.toThrow("lifetime: 366 days");
  });
});
