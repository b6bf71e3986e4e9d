import { type Kysely, sql, type SqlBool } from "kysely";
import type { Engine } from "../database.js";

/** Calls that are not over. The dispatcher reads only these. */
const UNDER_WAY = sql.raw<SqlBool>("status in ('accepted', 'scheduled', 'waiting', 'dialing')");

/** Calls that occupy the phones that they ring. A unique index allows one such call per phone. */
const HOLDS_PHONES = sql<SqlBool>`status in ('accepted', 'waiting', 'dialing') and coalesce(reason, '') <> 'phone_busy'`;

/** Calls that wait for a phone that another call occupies. */
const AWAITS_PHONE = sql.raw<SqlBool>("status = 'waiting' and reason = 'phone_busy'");

/** Calls that occupy no phone yet. A unique index allows one such call per session and request. */
const AWAITS_TURN = sql<SqlBool>`(status = 'scheduled' or (status = 'waiting' and reason = 'phone_busy'))`;

/** Notifications that no receiver has accepted yet. */
const UNDELIVERED = sql.raw<SqlBool>("delivered_at is null");

/** Creates all tables of version 0.1. */
export async function up(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await createCalls(db, engine);
  await createAttempts(db, engine);
  await createNotifications(db);
  await createSessions(db);
  await createProofs(db);
  await createInstances(db);
  await createLimits(db);
  await createUsedOnce(db, engine);
  await createBlocks(db);
}

async function createCalls(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable("calls")
    .addColumn("id", "text", (c) => c.notNull().primaryKey())
    .addColumn("tenant", "text", (c) => c.notNull())
    .addColumn("principal", "text", (c) => c.notNull())
    .addColumn("target", "text", (c) => c.notNull())
    .addColumn("reference", "text")
    .addColumn("visitor_number", "text")
    .addColumn("visitor_hash", "text")
    .addColumn("visitor_source", "text", (c) => c.notNull())
    .addColumn("office_number", "text")
    .addColumn("office_hash", "text")
    .addColumn("operator_hash", "text")
    .addColumn("identity", "text")
    .addColumn("locale", "text", (c) => c.notNull())
    .addColumn("variables", "text", (c) => c.notNull())
    .addColumn("page", "text")
    .addColumn("consent_text", "text")
    .addColumn("consent_version", "text")
    .addColumn("consent_address", "text")
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("updated_at", "text", (c) => c.notNull())
    .addColumn("scheduled_for", "text")
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addColumn("due_at", "text", (c) => c.notNull())
    .addColumn("deadline_at", "text", (c) => c.notNull())
    .addColumn("erased_at", "text")
    .execute();
  await indexPhones(db);
  await indexDueCalls(db);
  await db.schema.createIndex("calls_by_number").on("calls").column("visitor_hash").execute();
  await db.schema
    .createIndex("calls_by_office")
    .on("calls")
    .column("office_hash")
    .where(sql.raw<SqlBool>("office_hash is not null"))
    .execute();
  await db.schema
    .createIndex("calls_to_erase")
    .on("calls")
    .columns(["tenant", "created_at"])
    .where(sql.raw<SqlBool>("erased_at is null"))
    .execute();
  await db.schema
    .createTable("intents")
    .addColumn("tenant", "text", (c) => c.notNull())
    .addColumn("principal", "text", (c) => c.notNull())
    .addColumn("idempotency_key", "text", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("call_id", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("intents_key", ["tenant", "principal", "idempotency_key"])
    // Omits the rowid, because with a rowid SQLite would write each row twice: in the table and in the index of
    // the key.
    .$call((table) => (engine === "sqlite" ? table.modifyEnd(sql`without rowid`) : table))
    .execute();
}

/** Creates the index with which the dispatcher finds due calls by tenant. */
async function indexDueCalls(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex("calls_due")
    .on("calls")
    .columns(["tenant", "due_at", "status"])
    .where(UNDER_WAY)
    .execute();
}

/** Creates the unique indexes that allow one call per phone, and one open call per session and request. */
async function indexPhones(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex("calls_one_per_number")
    .unique()
    .on("calls")
    .columns(["tenant", "visitor_hash"])
    .where(HOLDS_PHONES)
    .execute();
  await db.schema
    .createIndex("calls_one_per_operator")
    .unique()
    .on("calls")
    .columns(["tenant", "operator_hash"])
    .where(HOLDS_PHONES)
    .where(sql.raw<SqlBool>("operator_hash is not null"))
    .execute();
  await db.schema
    .createIndex("calls_awaiting_phone")
    .on("calls")
    .column("tenant")
    .where(AWAITS_PHONE)
    .execute();
  await db.schema
    .createIndex("calls_one_per_wish")
    .unique()
    .on("calls")
    .columns(["tenant", "principal", "visitor_hash", "target"])
    .expression(sql`coalesce(scheduled_for, '')`)
    .expression(sql`coalesce(reference, '')`)
    .expression(sql`coalesce(office_hash, '')`)
    .where(AWAITS_TURN)
    .execute();
}

async function createAttempts(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable("attempts")
    .addColumn("id", "integer", (c) =>
      engine === "sqlite"
        ? c.notNull().primaryKey().autoIncrement()
        : c.primaryKey().generatedByDefaultAsIdentity(),
    )
    .addColumn("call_id", "text", (c) => c.notNull().references("calls.id"))
    .addColumn("number", "integer", (c) => c.notNull())
    .addColumn("phase", "text", (c) => c.notNull())
    .addColumn("owner", "text", (c) => c.notNull())
    .addColumn("started_at", "text", (c) => c.notNull())
    .addColumn("finished_at", "text")
    .addColumn("outcome", "text")
    .addColumn("code", "integer")
    .addUniqueConstraint("attempts_of_call", ["call_id", "number"])
    .execute();
}

async function createNotifications(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("notifications")
    .addColumn("id", "text", (c) => c.notNull().primaryKey())
    .addColumn("call_id", "text", (c) => c.notNull().references("calls.id"))
    .addColumn("tenant", "text", (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("occurred_at", "text", (c) => c.notNull())
    .addColumn("requests", "integer", (c) => c.notNull())
    .addColumn("opened_at", "text", (c) => c.notNull())
    .addColumn("matter_hash", "text")
    .addColumn("due_at", "text", (c) => c.notNull())
    .addColumn("tries", "integer", (c) => c.notNull())
    .addColumn("delivered_at", "text")
    .execute();
  await db.schema
    .createIndex("notifications_due")
    .on("notifications")
    .columns(["tenant", "due_at"])
    .where(UNDELIVERED)
    .execute();
  await db.schema
    .createIndex("notifications_one_per_matter")
    .unique()
    .on("notifications")
    .columns(["tenant", "matter_hash"])
    .where(UNDELIVERED)
    .execute();
  await db.schema
    .createIndex("notifications_of_call")
    .on("notifications")
    .columns(["call_id", "occurred_at"])
    .where(UNDELIVERED)
    .execute();
  await db.schema
    .createTable("receivers")
    .addColumn("tenant", "text", (c) => c.notNull().primaryKey())
    .addColumn("settings_hash", "text", (c) => c.notNull())
    .addColumn("rests_until", "text")
    .addColumn("gone_at", "text")
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sessions")
    .addColumn("id", "text", (c) => c.notNull().primaryKey())
    .addColumn("data", "text", (c) => c.notNull())
    .addColumn("expires_at", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("sessions_by_expiry").on("sessions").column("expires_at").execute();
}

async function createProofs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("anonymous_tries")
    .addColumn("tenant", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("session", "text", (c) => c.notNull())
    .addColumn("minute", "integer", (c) => c.notNull())
    .addColumn("tries", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("anonymous_tries_of_minute", ["tenant", "address", "session", "minute"])
    .execute();
}

async function createInstances(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("instances")
    .addColumn("id", "text", (c) => c.notNull().primaryKey())
    .addColumn("seen_at", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("uis_tokens")
    .addColumn("account", "text", (c) => c.notNull().primaryKey())
    .addColumn("encrypted_token", "text")
    .addColumn("renew_at", "text", (c) => c.notNull())
    .addColumn("claimed_until", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("number_keys")
    .addColumn("id", "integer", (c) => c.notNull().primaryKey())
    .addColumn("encrypted_key", "text", (c) => c.notNull())
    .execute();
}

/** Creates the tables that prevent calls: pauses, limits and bans. */
async function createLimits(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("pauses")
    .addColumn("scope", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("since", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("pauses_key", ["scope", "reason"])
    .execute();
  await db.schema
    .createTable("limit_counts")
    .addColumn("bucket", "text", (c) => c.notNull().primaryKey())
    .addColumn("window_start", "text", (c) => c.notNull())
    .addColumn("ends_at", "text", (c) => c.notNull())
    .addColumn("used", "integer", (c) => c.notNull())
    .addColumn("most", "integer", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("limit_counts_by_end").on("limit_counts").column("ends_at").execute();
  await db.schema
    .createTable("bans")
    .addColumn("visitor", "text", (c) => c.notNull().primaryKey())
    .addColumn("since", "text", (c) => c.notNull())
    .addColumn("until", "text")
    .addColumn("times", "integer", (c) => c.notNull())
    .execute();
}

/** Creates the table of one-time tokens, which records how many times each token has been used. */
async function createUsedOnce(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable("used_once")
    .addColumn("tenant", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("uses", "integer", (c) => c.notNull())
    .addColumn("expires_at", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("used_once_key", ["tenant", "kind", "id"])
    // Omits the rowid, because with a rowid SQLite would write each row twice: in the table and in the index of
    // the key.
    .$call((table) => (engine === "sqlite" ? table.modifyEnd(sql`without rowid`) : table))
    .execute();
  await db.schema.createIndex("used_once_by_expiry").on("used_once").column("expires_at").execute();
}

/**
 * Creates the tables of blocked numbers and of the opt-out codes by which the person called can block their
 * number.
 */
async function createBlocks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("number_blocks")
    .addColumn("number_hash", "text", (c) => c.notNull().primaryKey())
    .addColumn("blocked_at", "text", (c) => c.notNull())
    .addColumn("by", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("opt_out_codes")
    .addColumn("code_hash", "text", (c) => c.notNull().primaryKey())
    .addColumn("call_id", "text", (c) => c.notNull())
    .addColumn("number_hash", "text", (c) => c.notNull())
    .addColumn("expires_at", "text", (c) => c.notNull())
    .addColumn("used_at", "text")
    .execute();
}
