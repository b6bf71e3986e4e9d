import SQLite from "better-sqlite3";
import pg from "pg";
import type { Books } from "./checker.js";

type Row = Record<string, string | number | null>;

/** Reads the backend's database from outside, in SQL of its own: what is checked does not check itself. */
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
      // Opened each time anew: were it open at the kill, the next process would find the file in use, not left behind.
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

/** How many calls are not over yet. */
export async function underWay(reader: LedgerReader): Promise<number> {
  const [row] = await reader.rows<{ n: number }>(
    "select count(*) as n from calls where status in ('accepted', 'scheduled', 'waiting', 'dialing')",
  );
  return Number(row?.n);
}

/** When each of these calls was last changed, in milliseconds since 1970. */
export async function changedAt(reader: LedgerReader, ids: readonly string[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const list = ids.map((id) => `'${id}'`).join(", ");
  const rows = await reader.rows<{ updated_at: string }>(`select updated_at from calls where id in (${list})`);
  return rows.map(({ updated_at }) => Date.parse(updated_at));
}

export async function readBooks(reader: LedgerReader): Promise<Books> {
  const calls = await reader.rows<{ id: string; visitor_number: string; status: string }>(
    "select id, visitor_number, status from calls",
  );
  const notes = await reader.rows<{ call_id: string; status: string; delivered_at: string | null }>(
    "select call_id, status, delivered_at from handovers",
  );
  const [taken] = await reader.rows<{ n: number }>(
    "select count(*) as n from attempts where phase = 'abandoned'",
  );
  return {
    calls: calls.map(({ id, visitor_number, status }) => ({
      id,
      number: visitor_number.replace("+", ""),
      status,
    })),
    takenBack: Number(taken?.n),
    notes: notes.map(({ call_id, status, delivered_at }) => ({
      call: call_id,
      status,
      delivered: delivered_at !== null,
    })),
  };
}
