import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../config/secret.js";
import { type Database, openDatabase } from "./database.js";
import { engines } from "@uis-call/testing/databases";
import { openNumberCipher } from "./number-cipher.js";

const NUMBER = "+79000000001";
const [former, present, strange] = ["a", "b", "c"].map((letter) => new Secret(letter.repeat(32))) as [
  Secret,
  Secret,
  Secret,
];

describe.each(engines)("the number cipher on %s", (_name, newUrl) => {
  let db: Database;
  beforeAll(async () => {
    db = await openDatabase(await newUrl());
  });
  afterAll(() => db.close());

  it("decrypts what it has encrypted, and only that", async () => {
    const cipher = await openNumberCipher(db, [former]);
    const encrypted = cipher.encrypt(NUMBER);
    expect(cipher.decrypt(encrypted)).toBe(NUMBER);
    expect(encrypted).not.toContain("9000000001");
    expect(cipher.encrypt(NUMBER)).not.toBe(encrypted);
    expect(() => cipher.decrypt(`${encrypted.slice(0, -2)}AA`)).toThrow("cannot be decrypted");
  });

  it("gives equal numbers equal hashes, and no other", async () => {
    const cipher = await openNumberCipher(db, [former]);
    expect(cipher.hash(NUMBER)).toBe(cipher.hash(NUMBER));
    expect(cipher.hash(NUMBER)).not.toBe(cipher.hash("+79000000002"));
  });

  it("is the same cipher for every process that opens it", async () => {
    const ciphers = await Promise.all([1, 2, 3].map(() => openNumberCipher(db, [former])));
    expect(new Set(ciphers.map((cipher) => cipher.hash(NUMBER))).size).toBe(1);
  });

  it("survives a change of secrets, once it was opened with both", async () => {
    const encrypted = (await openNumberCipher(db, [former])).encrypt(NUMBER);
    expect((await openNumberCipher(db, [present, former])).decrypt(encrypted)).toBe(NUMBER);
    expect((await openNumberCipher(db, [present])).decrypt(encrypted)).toBe(NUMBER);
  });

  it("says what to do when the secret is not there any more", async () => {
    await expect(openNumberCipher(db, [strange])).rejects.toThrow("add the former one");
  });
});
