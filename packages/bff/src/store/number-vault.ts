import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { createSeal } from "../config/seal.js";
import { Secret } from "../config/secret.js";
import type { Database } from "./database.js";

/** How telephone numbers lie in the database: it alone shows nobody's. */
export interface NumberVault {
  /** Encrypts a number; twice the same number gives two texts. */
  seal(number: string): string;
  /** @throws Error when it was not sealed here */
  open(sealed: string): string;
  /** Equal for equal texts, and of no use without the vault's key: for uniqueness, limits and blocks. */
  hash(text: string): string;
}

/** Of the seal around the vault's key. */
export const KEY_PURPOSE = "the key of telephone numbers in the database";

/**
 * Opens the vault of this database. Its key is random, made once, and lies in the database sealed under the newest of
 * `secrets`; what was sealed under an older one is sealed anew, so that secrets can be changed and numbers stay readable.
 *
 * @throws Error when none of the secrets opens the key
 */
export async function openNumberVault(db: Database, secrets: readonly Secret[]): Promise<NumberVault> {
  const seal = createSeal(KEY_PURPOSE, secrets);
  const made = seal.close(randomBytes(32).toString("base64url"));
  const { sealed_key } = await db.write("createNumberKey", async (transaction) => {
    await transaction
      .insertInto("number_keys")
      .values({ id: 1, sealed_key: made })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return transaction.selectFrom("number_keys").select("sealed_key").executeTakeFirstOrThrow();
  });
  const key = openKey(sealed_key, secrets);
  if (createSeal(KEY_PURPOSE, secrets.slice(0, 1)).open(sealed_key) === undefined) {
    const anew = { sealed_key: seal.close(key) };
    await db.write("renewNumberKey", (transaction) =>
      transaction.updateTable("number_keys").set(anew).execute(),
    );
  }
  return createVault(key);
}

/**
 * The vault whose key lies in the database as `sealedKey`; for whoever only reads.
 *
 * @throws Error when none of the secrets opens it
 */
export const numberVaultOf = (sealedKey: string, secrets: readonly Secret[]): NumberVault =>
  createVault(openKey(sealedKey, secrets));

function openKey(sealedKey: string, secrets: readonly Secret[]): string {
  const key = createSeal(KEY_PURPOSE, secrets).open(sealedKey);
  if (key !== undefined) return key;
  throw new Error(
    "SESSION_SECRET: the telephone numbers in the database are sealed under a secret that is not in it: add the former one after the new one, separated by a comma",
  );
}

function createVault(key: string): NumberVault {
  const numbers = createSeal("telephone numbers", [new Secret(key)]);
  const hashKey = Buffer.from(hkdfSync("sha256", key, "", "hashes of telephone numbers", 32));
  return {
    seal: (number) => numbers.close(number),
    open(sealed) {
      const number = numbers.open(sealed);
      if (number === undefined) throw new Error("a telephone number in the database cannot be opened");
      return number;
    },
    hash: (text) => createHmac("sha256", hashKey).update(text).digest("base64url"),
  };
}
