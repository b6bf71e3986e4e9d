import { createHash } from "node:crypto";
import { type Clock, later } from "../clock.js";
import { createTextCipher, type TextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";
import type { Database } from "../store/database.js";
import { TOKEN_LIFE_MS, type TokenAnswer } from "./token-provider.js";

/** Lease in milliseconds for the process that asks UIS. Longer than `authenticate` can take. */
const CLAIM_MS = 15_000;
/** Milliseconds between two looks for a token that another process is requesting. */
const LOOK_EVERY_MS = 100;

/** Token shared by several processes, so that UIS is asked once for all of them. */
export interface SharedToken {
  /**
   * Returns the shared token, if it is not the one `refused`; otherwise one process calls `authenticate` while the
   * others wait. Never rejects for the database: without it, each process calls `authenticate` itself.
   */
  obtain(authenticate: () => Promise<TokenAnswer>, refused: string | undefined): Promise<TokenAnswer>;
}

/**
 * Shares the token of one account through the database, encrypted with the newest of `secrets` (AES-256-GCM). Tokens
 * encrypted with any of them are read.
 *
 * @param account unique name of the account in this database, e.g. address and login
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
        // If the write fails, another process asks UIS once the lease has expired.
        await publish(answer, asked).catch(() => undefined);
        return answer;
      }
      return authenticate();
    },
  };
}

/**
 * Returns the shared token; `claimed` when this process has got the lease to request another; `wait` when another
 * process has it.
 */
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
          // Another process may have renewed the token between the two statements.
          .where("uis_tokens.renew_at", "=", row?.renew_at ?? ""),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n ? "claimed" : "wait";
  });
