import type { Kysely, Migration } from "kysely";
import type { Engine } from "../database.js";
import * as tables from "./001-tables.js";

interface MigrationFile {
  up(db: Kysely<unknown>, engine: Engine): Promise<void>;
}

/**
 * Migrations by name; the names are the file names in this folder. Names are numbered without a gap. Each
 * database records the names that it has applied, and applies those that come after the last one. Each
 * migration runs in a transaction, and none can be undone. A file is never edited after the next file exists or
 * after it is released.
 */
export const MIGRATIONS: Record<string, MigrationFile> = {
  "001-tables": tables,
};

export const migrationsFor = (engine: Engine): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, file]) => [name, { up: (db) => file.up(db, engine) }]),
  );
