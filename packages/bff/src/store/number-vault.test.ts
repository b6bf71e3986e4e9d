import { engines } from "@uis-call/testing/databases";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../config/secret.js";
import { type Database, openDatabase } from "./database.js";
import { openNumberVault } from "./number-vault.js";

const NUMBER = "+79000000001";
const [former, present, strange] = ["a", "b", "c"].map((letter) => new Secret(letter.repeat(32))) as [
  Secret,
  Secret,
  Secret,
];

describe.each(engines)("the vault of telephone numbers on %s", (_name, newUrl) => {
  let db: Database;
  beforeAll(async () => {
    db = await openDatabase(await newUrl());
  });
  afterAll(() => db.close());

  it("opens what it has sealed, and only that", async () => {
    const vault = await openNumberVault(db, [former]);
    const sealed = vault.seal(NUMBER);
    expect(vault.open(sealed)).toBe(NUMBER);
    expect(sealed).not.toContain("9000000001");
    expect(vault.seal(NUMBER)).not.toBe(sealed);
    expect(() => vault.open(`${sealed.slice(0, -2)}AA`)).toThrow("cannot be opened");
  });

  it("gives equal numbers equal hashes, and no other", async () => {
    const vault = await openNumberVault(db, [former]);
    expect(vault.hash(NUMBER)).toBe(vault.hash(NUMBER));
    expect(vault.hash(NUMBER)).not.toBe(vault.hash("+79000000002"));
  });

  it("is the same vault for every process that opens it", async () => {
    const vaults = await Promise.all([1, 2, 3].map(() => openNumberVault(db, [former])));
    expect(new Set(vaults.map((vault) => vault.hash(NUMBER))).size).toBe(1);
  });

  it("outlives a change of secrets, once it was opened with both", async () => {
    const sealed = (await openNumberVault(db, [former])).seal(NUMBER);
    expect((await openNumberVault(db, [present, former])).open(sealed)).toBe(NUMBER);
    expect((await openNumberVault(db, [present])).open(sealed)).toBe(NUMBER);
  });

  it("says what to do when the secret is not there any more", async () => {
    await expect(openNumberVault(db, [strange])).rejects.toThrow("add the former one");
  });
});
