import type { Kysely, Migration } from "kysely";
import type { Engine } from "../database.js";
import * as tables from "./001-tables.js";

interface MigrationFile {
  up(db: Kysely<unknown>, engine: Engine): Promise<void>;
}

/**
 * The files of this folder by name. Numbers run without a gap: databases record the names and apply what follows the
 * last. Forward only, each in a transaction. A file is never edited once the next one exists, nor once it is released.
 */
export const MIGRATIONS: Record<string, MigrationFile> = {
  "001-tables": tables,
};

export const migrationsFor = (engine: Engine): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, file]) => [name, { up: (db) => file.up(db, engine) }]),
  );
