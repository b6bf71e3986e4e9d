import { createHash } from "node:crypto";
import { type Clock, later } from "../clock.js";
import { createTextCipher, type TextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";
import type { Database } from "../store/database.js";
import { TOKEN_LIFE_MS, type TokenAnswer } from "./token-provider.js";

/**
 * Milliseconds for which one process may request a new token while the others wait. The time is longer than
 * `authenticate` can take.
 */
const CLAIM_MS = 15_000;
/** Milliseconds between two checks whether another process has stored the token that it is requesting. */
const LOOK_EVERY_MS = 100;

/** UIS token that several processes share, so that UIS is asked for a token once for all of them. */
export interface SharedToken {
  /**
   * Returns the shared token, unless it is `refused`. In that case, or if there is none, one process calls
   * `authenticate` while the others wait. Never rejects because of the database: if the database fails, each
   * process calls `authenticate` itself.
   */
  obtain<Failure extends object>(
    authenticate: () => Promise<TokenAnswer<Failure>>,
    refused: string | undefined,
  ): Promise<TokenAnswer<Failure>>;
}

/**
 * Shares the token of one account through the database. The token is encrypted with the newest of `secrets`
 * (AES-256-GCM). A token that was encrypted with any of the secrets can be read.
 *
 * @param account unique name of the account in this database, for example its address and login
 */
export function createSharedToken(
  db: Database,
  account: string,
  secrets: readonly Secret[],
  clock: Clock,
): SharedToken {
  const id = createHash("sha256").update(account).digest("base64url");
  const cipher = createTextCipher("UIS token in the database", secrets, id);

  const publish = (token: string | undefined, asked: Date): Promise<unknown> => {
    const free = { claimed_until: asked.toISOString() };
    const change =
      token === undefined
        ? free
        : { ...free, encrypted_token: cipher.encrypt(token), renew_at: later(asked, TOKEN_LIFE_MS) };
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
        // Ignores a failed write: another process requests a token when this process's time is over.
        await publish("token" in answer ? answer.token : undefined, asked).catch(() => undefined);
        return answer;
      }
      return authenticate();
    },
  };
}

/**
 * Returns the shared token if it is usable. Otherwise returns `claimed` if this process may now request a new
 * token, or `wait` if another process is requesting one.
 */
const lookOrClaim = (
  db: Database,
  account: string,
  cipher: TextCipher,
  now: Date,
  refused: string | undefined,
): Promise<{ token: string; lifeLeft: number } | "claimed" | "wait"> =>
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
          // Checks `renew_at` again, because another process may have renewed the token between the two
          // statements.
          .where("uis_tokens.renew_at", "=", row?.renew_at ?? ""),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n ? "claimed" : "wait";
  });
