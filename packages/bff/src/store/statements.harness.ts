import {
  createQueryId,
  type KyselyPlugin,
  PostgresQueryCompiler,
  type QueryCompiler,
  SqliteQueryCompiler,
} from "kysely";
import { type Database, openDatabase } from "./database.js";

/** An SQL statement as it is sent to the database, and its parameters. */
export interface Statement {
  sql: string;
  parameters: readonly unknown[];
}

/** Returns a function that opens a database and records each of its statements in `heard`. */
export function listening(heard: Statement[]): typeof openDatabase {
  return async (url) => {
    const db = await openDatabase(url);
    const plugin = new Listener(
      db.engine === "sqlite" ? new SqliteQueryCompiler() : new PostgresQueryCompiler(),
      heard,
    );
    return withPlugin(db, plugin);
  };
}

/** Adds a plugin to a database. The plugin sees every query. */
export const withPlugin = (db: Database, plugin: KyselyPlugin): Database => ({
  engine: db.engine,
  query: db.query.withPlugin(plugin),
  write: (name, work) => db.write(name, (transaction) => work(transaction.withPlugin(plugin))),
  close: () => db.close(),
});

class Listener implements KyselyPlugin {
  readonly #compiler: QueryCompiler;
  readonly #heard: Statement[];

  constructor(compiler: QueryCompiler, heard: Statement[]) {
    this.#compiler = compiler;
    this.#heard = heard;
  }

  transformQuery: KyselyPlugin["transformQuery"] = ({ node }) => {
    const { sql, parameters } = this.#compiler.compileQuery(node, createQueryId());
    this.#heard.push({ sql, parameters });
    return node;
  };

  transformResult: KyselyPlugin["transformResult"] = ({ result }) => Promise.resolve(result);
}
