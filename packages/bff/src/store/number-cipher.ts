import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { createTextCipher } from "../config/text-cipher.js";
import { Secret } from "../config/secret.js";
import type { Database } from "./database.js";

/** Encrypts the telephone numbers in the database, so that the database alone shows none. */
export interface NumberCipher {
  /** Encrypts a number. Encrypting it twice gives different texts. */
  encrypt(number: string): string;
  /** @throws Error when this cipher did not encrypt it */
  decrypt(encrypted: string): string;
  /** Keyed hash: equal for equal texts, useless without the cipher's key. For unique indexes, limits and blocks. */
  hash(text: string): string;
}

/** Purpose of the key that encrypts the cipher's own key. */
export const KEY_PURPOSE = "the key of telephone numbers in the database";

/**
 * Opens the number cipher of this database. Its random key is made once and stored encrypted under the newest of
 * `secrets`. A key under an older secret is encrypted again under the newest, so secrets can rotate and numbers stay
 * readable.
 *
 * @throws Error when none of the secrets decrypts the key
 */
export async function openNumberCipher(db: Database, secrets: readonly Secret[]): Promise<NumberCipher> {
  const keyCipher = createTextCipher(KEY_PURPOSE, secrets);
  const made = keyCipher.encrypt(randomBytes(32).toString("base64url"));
  const { encrypted_key } = await db.write("createNumberKey", async (transaction) => {
    await transaction
      .insertInto("number_keys")
      .values({ id: 1, encrypted_key: made })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return transaction.selectFrom("number_keys").select("encrypted_key").executeTakeFirstOrThrow();
  });
  const key = openKey(encrypted_key, secrets);
  if (createTextCipher(KEY_PURPOSE, secrets.slice(0, 1)).decrypt(encrypted_key) === undefined) {
    const anew = { encrypted_key: keyCipher.encrypt(key) };
    await db.write("renewNumberKey", (transaction) =>
      transaction.updateTable("number_keys").set(anew).execute(),
    );
  }
  return createNumberCipher(key);
}

/**
 * Makes the number cipher of a database whose key is stored as `encryptedKey`, for a process that only reads.
 *
 * @throws Error when none of the secrets decrypts the key
 */
export const numberCipherOf = (encryptedKey: string, secrets: readonly Secret[]): NumberCipher =>
  createNumberCipher(openKey(encryptedKey, secrets));

function openKey(encryptedKey: string, secrets: readonly Secret[]): string {
  const key = createTextCipher(KEY_PURPOSE, secrets).decrypt(encryptedKey);
  if (key !== undefined) return key;
  throw new Error(
    "SESSION_SECRET: the telephone numbers in the database are encrypted under a secret that is not in it: add the former one after the new one, separated by a comma",
  );
}

function createNumberCipher(key: string): NumberCipher {
  const numbers = createTextCipher("telephone numbers", [new Secret(key)]);
  const hashKey = Buffer.from(hkdfSync("sha256", key, "", "hashes of telephone numbers", 32));
  return {
    encrypt: (number) => numbers.encrypt(number),
    decrypt(encrypted) {
      const number = numbers.decrypt(encrypted);
      if (number === undefined) throw new Error("a telephone number in the database cannot be decrypted");
      return number;
    },
    hash: (text) => createHmac("sha256", hashKey).update(text).digest("base64url"),
  };
}
