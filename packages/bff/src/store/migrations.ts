import type { Kysely, Migration } from "kysely";

/** Forward only, in this order. Never edit one that has been released. */
export const migrations: Record<string, Migration> = {
  "001_calls": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("calls")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("tenant", "text", (c) => c.notNull())
        .addColumn("principal", "text", (c) => c.notNull())
        .addColumn("idempotency_key", "text", (c) => c.notNull())
        .addColumn("fingerprint", "text", (c) => c.notNull())
        .addColumn("target", "text", (c) => c.notNull())
        .addColumn("visitor_number", "text", (c) => c.notNull())
        .addColumn("locale", "text", (c) => c.notNull())
        .addColumn("variables", "text", (c) => c.notNull())
        .addColumn("page", "text")
        .addColumn("consent_text", "text")
        .addColumn("status", "text", (c) => c.notNull())
        .addColumn("reason", "text")
        .addColumn("created_at", "text", (c) => c.notNull())
        .addColumn("updated_at", "text", (c) => c.notNull())
        .addColumn("deadline_at", "text", (c) => c.notNull())
        .addUniqueConstraint("calls_one_per_key", ["tenant", "principal", "idempotency_key"])
        .execute();
      await db.schema.createIndex("calls_by_status").on("calls").column("status").execute();
      await db.schema
        .createTable("attempts")
        .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
        .addColumn("call_id", "text", (c) => c.notNull().references("calls.id"))
        .addColumn("started_at", "text", (c) => c.notNull())
        .addColumn("finished_at", "text")
        .addColumn("outcome", "text")
        .addColumn("code", "integer")
        .execute();
      await db.schema.createIndex("attempts_by_call").on("attempts").column("call_id").execute();
      await db.schema
        .createTable("sessions")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("data", "text", (c) => c.notNull())
        .addColumn("expires_at", "text", (c) => c.notNull())
        .execute();
      await db.schema.createIndex("sessions_by_expiry").on("sessions").column("expires_at").execute();
    },
  },
};
