import { hash as oneHash } from "node:crypto";
import { type SessionData, Store } from "express-session";
import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";
import { Statement } from "../store/statement.js";

/** How long a session lives. */
export interface SessionLifetime {
  /** Milliseconds without a request after which a session ends. */
  idle: number;
  /** Milliseconds after which a session ends however much it is used. */
  absolute: number;
}

/** The session store failed. Has no `code`, because express-session reads `ENOENT` as "no such session". */
export class SessionStoreError extends Error {
  constructor(cause: unknown) {
    super("the session store failed", { cause });
    this.name = "SessionStoreError";
  }
}

type Callback<T = void> = (error?: unknown, result?: T) => void;

/** Share of the idle time that must pass before a read extends the session in the database. */
const EXTEND_AFTER = 0.1;

/**
 * Implements express-session's store on the database. Calls each callback exactly once and passes every error on.
 * Expiry is decided at each read, by the server's clock. See expressjs/session, "Session Store Implementation".
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

  /** Deletes expired sessions. Called by a timer. */
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
    const session = JSON.parse(row.data) as SessionData;
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

  /** Extends a session in use. When the write fails, the session only ends sooner. */
  async #extend(sid: string, session: SessionData, present: string): Promise<void> {
    const expiry = this.#expiry(session);
    // Skips the write for most requests of a session.
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

const hash = (sid: string): string => oneHash("sha256", sid, "base64url");

const nothing = (): void => undefined;

/**
 * Passes a promise's result to a node callback, once, and outside the promise chain: an error thrown by the callback
 * must not call it again.
 */
function answer<T>(work: Promise<T>, callback: Callback<T>): void {
  work.then(
    (result) => process.nextTick(callback, undefined, result),
    (error: unknown) => process.nextTick(callback, new SessionStoreError(error)),
  );
}
