import { hash as oneHash } from "node:crypto";
import { type SessionData, Store } from "express-session";
import { z } from "zod";
import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";
import { Statement } from "../store/statement.js";

/** Lifetime of a session. */
export interface SessionLifetime {
  /** Milliseconds without a request after which a session ends. */
  idle: number;
  /** Milliseconds after which a session ends, even if it is in use. */
  absolute: number;
}

/**
 * Error for a failure of the session store. It has no `code`, because express-session takes the code `ENOENT`
 * for "no such session".
 */
export class SessionStoreError extends Error {
  constructor(cause: unknown) {
    super("the session store failed", { cause });
    this.name = "SessionStoreError";
  }
}

type Callback<T = void> = (error?: unknown, result?: T) => void;

/**
 * A read extends the session in the database only if at least this share of the idle time has passed since the
 * last extension.
 */
const EXTEND_AFTER = 0.1;

/**
 * Implements the store of express-session on the database. Calls each callback exactly once and passes every
 * error on. Each read decides by the server's clock whether the session has expired. See expressjs/session,
 * "Session Store Implementation".
 */
export class SessionStore extends Store {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #lifetime: SessionLifetime;

  constructor(db: Database, clock: Clock, lifetime: SessionLifetime) {
    super();
    this.#db = db;
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  override get(sid: string, callback: Callback<SessionData | null>): void {
    answer(this.#read(sid), callback);
  }

  override set(sid: string, session: SessionData, callback: Callback = () => undefined): void {
    answer(this.#write(sid, session), callback);
  }

  override destroy(sid: string, callback: Callback = () => undefined): void {
    const gone = this.#db.write("destroySession", (transaction) =>
      transaction.deleteFrom("sessions").where("id", "=", hash(sid)).execute(),
    );
    answer(gone.then(nothing), callback);
  }

  /** Deletes expired sessions. A timer calls this method. */
  async prune(): Promise<void> {
    const now = this.#clock.now().toISOString();
    await this.#db.write("pruneSessions", (transaction) =>
      transaction.deleteFrom("sessions").where("expires_at", "<=", now).execute(),
    );
  }

  async #read(sid: string): Promise<SessionData | null> {
    const now = this.#clock.now().toISOString();
    const row = await READ.first(this.#db.query, { id: hash(sid), now });
    if (row === undefined) return null;
    const session = sessionIn(row.data);
    if (session === undefined) return null;
    await this.#extend(sid, session, row.expires_at);
    return session;
  }

  async #write(sid: string, session: SessionData): Promise<void> {
    const row = { id: hash(sid), data: JSON.stringify(session), expires_at: this.#expiry(session) };
    await this.#db.write("storeSession", (transaction) =>
      transaction
        .insertInto("sessions")
        .values(row)
        .onConflict((conflict) =>
          conflict.column("id").doUpdateSet({ data: row.data, expires_at: row.expires_at }),
        )
        .execute(),
    );
  }

  /**
   * Extends a session that is in use. Ignores a failed write, because its only effect is that the session ends
   * earlier.
   */
  async #extend(sid: string, session: SessionData, present: string): Promise<void> {
    const expiry = this.#expiry(session);
    // Skips the write if the session was extended a short time ago, which is true for most requests.
    if (Date.parse(expiry) - Date.parse(present) < this.#lifetime.idle * EXTEND_AFTER) return;
    const extended = this.#db.write("extendSession", (transaction) =>
      transaction.updateTable("sessions").set({ expires_at: expiry }).where("id", "=", hash(sid)).execute(),
    );
    await extended.catch(nothing);
  }

  #expiry(session: SessionData): string {
    const now = this.#clock.now().getTime();
    const end = (session.uisCall?.openedAt ?? now) + this.#lifetime.absolute;
    return new Date(Math.min(now + this.#lifetime.idle, end)).toISOString();
  }
}

const READ = new Statement((query, given: { id: string; now: string }) =>
  query
    .selectFrom("sessions")
    .select(["data", "expires_at"])
    .where("id", "=", given.id)
    .where("expires_at", ">", given.now),
);

/**
 * Members of a stored session. Other members are left out, because express-session sets each member of the
 * cookie and throws at some values, outside of any request.
 */
const Stored = z.object({
  cookie: z.object({
    path: z.string().optional(),
    originalMaxAge: z.number().nullish(),
    expires: z.iso.datetime().nullish(),
    httpOnly: z.boolean().optional(),
    secure: z.boolean().optional(),
    sameSite: z.enum(["strict", "lax", "none"]).or(z.boolean()).optional(),
  }),
  uisCall: z
    .object({
      tenant: z.string(),
      principal: z.string(),
      csrfToken: z.string(),
      openedAt: z.int().min(0),
      user: z
        .object({
          id: z.string(),
          name: z.string().optional(),
          phone: z.string().optional(),
          targets: z.array(z.string()).optional(),
          variables: z.record(z.string(), z.string()).optional(),
          reference: z.string().optional(),
          timeZone: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Reads the data of a row. Returns undefined if the row is damaged: such a row is a session of no visitor. */
function sessionIn(data: string): SessionData | undefined {
  try {
    return Stored.parse(JSON.parse(data)) as unknown as SessionData;
  } catch {
    return undefined;
  }
}

const hash = (sid: string): string => oneHash("sha256", sid, "base64url");

const nothing = (): void => undefined;

/**
 * Passes the result of a promise to a Node-style callback, exactly once. The callback is called outside the
 * promise chain, so that an error it throws does not make it be called again.
 */
function answer<T>(work: Promise<T>, callback: Callback<T>): void {
  work.then(
    (result) => process.nextTick(callback, undefined, result),
    (error: unknown) => process.nextTick(callback, new SessionStoreError(error)),
  );
}
