import { createHash } from "node:crypto";
import { type Clock, later } from "../clock.js";
import { createTextCipher, type TextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";
import type { Database } from "../store/database.js";
import { TOKEN_LIFE_MS, type TokenAnswer } from "./token-provider.js";

/** Milliseconds the one who asks UIS has for it; then another may. Longer than `authenticate` can take. */
const CLAIM_MS = 15_000;
/** Milliseconds between looks for the token that another process is asking for. */
const LOOK_EVERY_MS = 100;

/** A token that several processes use in common, so that UIS is asked once for all of them. */
export interface SharedToken {
  /**
   * The token in common, other than `refused`; where there is none, asks by `authenticate` while the others wait.
   * Never rejects: without the database each process asks for itself.
   */
  obtain(authenticate: () => Promise<TokenAnswer>, refused: string | undefined): Promise<TokenAnswer>;
}

/**
 * Shares the token of one account by the database, where it is encrypted with the newest of `secrets` (AES-256-GCM); a
 * token encrypted with any of them is used.
 *
 * @param account names the account among all that use the database, e.g. address and login
 */
export function createSharedToken(
  db: Database,
  account: string,
  secrets: readonly Secret[],
  clock: Clock,
): SharedToken {
  const id = createHash("sha256").update(account).digest("base64url");
  const cipher = createTextCipher("UIS token in the database", secrets, id);

  const publish = (answer: TokenAnswer, asked: Date): Promise<unknown> => {
    const free = { claimed_until: asked.toISOString() };
    const change =
      "token" in answer
        ? { ...free, encrypted_token: cipher.encrypt(answer.token), renew_at: later(asked, TOKEN_LIFE_MS) }
        : free;
    return db.write("publishToken", (transaction) =>
      transaction.updateTable("uis_tokens").set(change).where("account", "=", id).execute(),
    );
  };

  return {
    async obtain(authenticate, refused) {
      const giveUp = clock.monotonic() + 2 * CLAIM_MS;
      while (clock.monotonic() < giveUp) {
        const found = await lookOrClaim(db, id, cipher, clock.now(), refused).catch(() => undefined);
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

/** The token in common; or whether this process is the one to ask for another, or waits for the one who is. */
const lookOrClaim = (
  db: Database,
  account: string,
  cipher: TextCipher,
  now: Date,
  refused: string | undefined,
): Promise<TokenAnswer | "claimed" | "wait"> =>
  db.write("claimToken", async (transaction) => {
    const row = await transaction
      .selectFrom("uis_tokens")
      .selectAll()
      .where("account", "=", account)
      .executeTakeFirst();
    const token = row?.encrypted_token == null ? undefined : cipher.decrypt(row.encrypted_token);
    const lifeLeft = row === undefined ? 0 : Date.parse(row.renew_at) - now.getTime();
    if (token !== undefined && token !== refused && lifeLeft > 0) return { token, lifeLeft };
    const claimed_until = later(now, CLAIM_MS);
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto("uis_tokens")
      .values({ account, encrypted_token: null, renew_at: now.toISOString(), claimed_until })
      .onConflict((conflict) =>
        conflict
          .column("account")
          .doUpdateSet({ claimed_until })
          .where("uis_tokens.claimed_until", "<=", now.toISOString())
          // Somebody may have finished between the two statements.
          .where("uis_tokens.renew_at", "=", row?.renew_at ?? ""),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n ? "claimed" : "wait";
  });
