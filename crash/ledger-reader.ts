import { SQLite } from "@uis-call/bff/sqlite-driver";
import pg from "pg";
import { numberCipherOf, Secret } from "@uis-call/bff";
import type { LedgerView } from "./checker.js";

type Row = Record<string, string | number | null>;

/** Reads the backend's database with SQL of its own, so that the check does not rely on the code that it checks. */
export interface LedgerReader {
  rows<Of extends Row>(sql: string): Promise<Of[]>;
  close(): Promise<void>;
}

export function readerOf(databaseUrl: string): LedgerReader {
  if (databaseUrl.startsWith("sqlite:")) return sqliteReader(databaseUrl.slice("sqlite:".length));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on("error", () => undefined);
  return {
    rows: async <Of extends Row>(sql: string) => (await pool.query<Of>(sql)).rows,
    close: () => pool.end(),
  };
}

function sqliteReader(path: string): LedgerReader {
  return {
    rows<Of extends Row>(sql: string) {
      // Opens and closes the file for each query. If this connection stayed open, the next backend process could not
      // tell that the previous process was killed.
      const sqlite = new SQLite(path, { readonly: true });
      try {
        return Promise.resolve(sqlite.prepare<[], Of>(sql).all());
      } finally {
        sqlite.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Counts the calls that are not over. */
export async function underWay(reader: LedgerReader): Promise<number> {
  const [row] = await reader.rows<{ n: number }>(
    "select count(*) as n from calls where status in ('accepted', 'scheduled', 'waiting', 'dialing')",
  );
  return Number(row?.n);
}

/** Counts the notes that have not been delivered. */
export async function undelivered(reader: LedgerReader): Promise<number> {
  const [row] = await reader.rows<{ n: number }>(
    "select count(*) as n from notifications where delivered_at is null",
  );
  return Number(row?.n);
}

/**
 * Reads calls, notes and attempts from the database.
 *
 * @param sessionSecret secret that the backend uses to encrypt numbers
 */
export async function readLedger(reader: LedgerReader, sessionSecret: string): Promise<LedgerView> {
  const [key] = await reader.rows<{ encrypted_key: string }>("select encrypted_key from number_keys");
  const cipher = numberCipherOf(key?.encrypted_key ?? "", [new Secret(sessionSecret)]);
  const calls = await reader.rows<{ id: string; visitor_number: string; status: string; updated_at: string }>(
    "select id, visitor_number, status, updated_at from calls",
  );
  const notes = await reader.rows<{
    id: string;
    call_id: string;
    status: string;
    delivered_at: string | null;
  }>("select id, call_id, status, delivered_at from notifications");
  const [taken] = await reader.rows<{ n: number }>(
    "select count(*) as n from attempts where phase = 'abandoned'",
  );
  return {
    calls: calls.map(({ id, visitor_number, status, updated_at }) => ({
      id,
      number: cipher.decrypt(visitor_number).replace("+", ""),
      status,
      updatedAt: Date.parse(updated_at),
    })),
    takenBack: Number(taken?.n),
    notes: notes.map(({ id, call_id, status, delivered_at }) => ({
      id,
      call: call_id,
      status,
      delivered: delivered_at !== null,
    })),
  };
}
