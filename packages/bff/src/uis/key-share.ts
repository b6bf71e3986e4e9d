import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { Clock } from "../clock.js";
import type { Secret } from "../config/secret.js";
import type { Database } from "../store/database.js";
import { KEY_LIFE_MS, type KeyAnswer } from "./session-key.js";

/** Milliseconds the one who asks UIS has for it; then another may. Longer than `authenticate` can take. */
const CLAIM_MS = 15_000;
/** Milliseconds between looks for the key that another process is asking for. */
const LOOK_EVERY_MS = 100;

/** A session key that several processes use in common, so that UIS is asked once for all of them. */
export interface KeyShare {
  /**
   * The key in common, other than `refused`; where there is none, asks by `authenticate` while the others wait.
   * Never rejects: without the database each process asks for itself.
   */
  obtain(authenticate: () => Promise<KeyAnswer>, refused: string | undefined): Promise<KeyAnswer>;
}

/**
 * Shares the key of one account by the database, where it is sealed with the newest of `secrets` (AES-256-GCM); a key
 * sealed with any of them is used.
 *
 * @param account names the account among all that use the database, e.g. address and login
 */
export function createKeyShare(
  db: Database,
  account: string,
  secrets: readonly Secret[],
  clock: Clock,
): KeyShare {
  const id = createHash("sha256").update(account).digest("base64url");
  const seal = sealFor(id, secrets);

  const publish = (answer: KeyAnswer, asked: Date): Promise<unknown> => {
    const free = { claimed_until: asked.toISOString() };
    const change =
      "key" in answer
        ? { ...free, sealed_key: seal.close(answer.key), renew_at: later(asked, KEY_LIFE_MS) }
        : free;
    return db.write((transaction) =>
      transaction.updateTable("uis_keys").set(change).where("account", "=", id).execute(),
    );
  };

  return {
    async obtain(authenticate, refused) {
      const giveUp = clock.monotonic() + 2 * CLAIM_MS;
      while (clock.monotonic() < giveUp) {
        const found = await lookOrClaim(db, id, seal, clock.now(), refused).catch(() => undefined);
        if (found === undefined) break;
        if (found === "wait") {
          await clock.sleep(LOOK_EVERY_MS);
          continue;
        }
        if (found !== "claimed") return found;
        const asked = clock.now();
        const answer = await authenticate();
        // Should it fail, the others ask for themselves once the claim has run out.
        await publish(answer, asked).catch(() => undefined);
        return answer;
      }
      return authenticate();
    },
  };
}

/** The key in common; or whether this process is the one to ask for another, or waits for the one who is. */
const lookOrClaim = (
  db: Database,
  account: string,
  seal: Seal,
  now: Date,
  refused: string | undefined,
): Promise<KeyAnswer | "claimed" | "wait"> =>
  db.write(async (transaction) => {
    const row = await transaction
      .selectFrom("uis_keys")
      .selectAll()
      .where("account", "=", account)
      .executeTakeFirst();
    const key = row?.sealed_key == null ? undefined : seal.open(row.sealed_key);
    const lifeLeft = row === undefined ? 0 : Date.parse(row.renew_at) - now.getTime();
    if (key !== undefined && key !== refused && lifeLeft > 0) return { key, lifeLeft };
    const claimed_until = later(now, CLAIM_MS);
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto("uis_keys")
      .values({ account, sealed_key: null, renew_at: now.toISOString(), claimed_until })
      .onConflict((conflict) =>
        conflict
          .column("account")
          .doUpdateSet({ claimed_until })
          .where("uis_keys.claimed_until", "<=", now.toISOString())
          // Somebody may have finished between the two statements.
          .where("uis_keys.renew_at", "=", row?.renew_at ?? ""),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n ? "claimed" : "wait";
  });

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Nonce, tag and text in base64url. */
interface Seal {
  close(text: string): string;
  /** Undefined when it was sealed under a secret that is gone. */
  open(sealed: string): string | undefined;
}

function sealFor(account: string, secrets: readonly Secret[]): Seal {
  const [newest, ...older] = secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret.reveal(), "", "UIS session key in the database", 32)),
  );
  if (newest === undefined) throw new Error("a key can be shared only under a secret");

  const openWith = (key: Buffer, sealed: Buffer): string | undefined => {
    try {
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(account)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8");
      return text + decipher.final("utf8");
    } catch {
      return undefined;
    }
  };

  return {
    close(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, newest, nonce).setAAD(Buffer.from(account));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      for (const key of [newest, ...older]) {
        const text = openWith(key, bytes);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

const later = (time: Date, ms: number): string => new Date(time.getTime() + ms).toISOString();
