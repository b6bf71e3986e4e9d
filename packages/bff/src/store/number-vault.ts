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
  /** Equal for equal numbers, and of no use without the vault's key: for uniqueness, limits and blocks. */
  hash(number: string): string;
}

const PURPOSE = "the key of telephone numbers in the database";

/**
 * Opens the vault of this database. Its key is random, made once, and lies in the database sealed under the newest of
 * `secrets`; what was sealed under an older one is sealed anew, so that secrets can be changed and numbers stay readable.
 *
 * @throws Error when none of the secrets opens the key
 */
export async function openNumberVault(db: Database, secrets: readonly Secret[]): Promise<NumberVault> {
  const seal = createSeal(PURPOSE, secrets);
  const made = seal.close(randomBytes(32).toString("base64url"));
  const { sealed_key } = await db.write(async (transaction) => {
    await transaction
      .insertInto("number_keys")
      .values({ id: 1, sealed_key: made })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return transaction.selectFrom("number_keys").select("sealed_key").executeTakeFirstOrThrow();
  });
  const key = seal.open(sealed_key);
  if (key === undefined) {
    throw new Error(
      "SESSION_SECRET: the telephone numbers in the database are sealed under a secret that is not in it: add the former one after the new one, separated by a comma",
    );
  }
  if (createSeal(PURPOSE, secrets.slice(0, 1)).open(sealed_key) === undefined) {
    const anew = { sealed_key: seal.close(key) };
    await db.write((transaction) => transaction.updateTable("number_keys").set(anew).execute());
  }
  return createVault(key);
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
    hash: (number) => createHmac("sha256", hashKey).update(number).digest("base64url"),
  };
}
