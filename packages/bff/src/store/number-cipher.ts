import { createHmac, randomBytes } from "node:crypto";
import { createTextCipher, deriveSecretKey } from "../config/text-cipher.js";
import { Secret } from "../config/secret.js";
import type { Database } from "./database.js";

/** Encrypts the telephone numbers in the database, so that a copy of the database alone reveals none of them. */
export interface NumberCipher {
  /** Encrypts a number. The result is different each time, even for the same number. */
  encrypt(number: string): string;
  /** @throws Error when the text was not encrypted by this cipher */
  decrypt(encrypted: string): string;
  /**
   * Returns a keyed hash of a text. Equal texts have equal hashes, and without the key of the cipher the hash
   * reveals nothing. Used for unique indexes, limits and blocks.
   */
  hash(text: string): string;
}

/** Purpose of the key that encrypts the key of the number cipher. */
export const KEY_PURPOSE = "the key of telephone numbers in the database";

/**
 * Opens the number cipher of this database. The cipher's random key is generated once and stored in the
 * database, encrypted with the newest of `secrets`. If the stored key is encrypted with an older secret, it is
 * encrypted again with the newest one. Secrets can therefore be replaced without making numbers unreadable.
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
 * Creates the number cipher of a database from its stored key, `encryptedKey`. For a process that only reads
 * the database.
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
  const hashKey = deriveSecretKey(new Secret(key), "hashes of telephone numbers");
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
