import type { Compilable, CompiledQuery, DialectAdapter, Kysely } from "kysely";
import type { RowOf } from "./column.js";
import type { Tables } from "./tables.js";

/** A database, or a transaction in it. */
type Queries = Kysely<Tables>;

/** Result of a compiled query: its rows or, for a query that writes, the number of changed rows. */
export interface StatementResult {
  rows: unknown[];
  changed: number;
}

/** Adapter that can run a compiled query without going through Kysely. */
export interface DirectAdapter extends DialectAdapter {
  runDirectly(text: string, parameters: readonly unknown[]): StatementResult;
}

/** A query that is built and compiled once and then run many times with different values. */
export class Statement<Given extends object, Row> {
  readonly #build: (query: Queries, given: Given) => Compilable<Row>;
  /** Compiled query for each adapter, because SQL differs between databases. */
  readonly #compiled = new WeakMap<DialectAdapter, CompiledQuery>();

  /** @param build builds the query; the values that it reads from `given` are inserted at each run */
  constructor(build: (query: Queries, given: Given) => Compilable<Row>) {
    this.#build = build;
  }

  async all(query: Queries, given: Given): Promise<Row[]> {
    return (await this.#run(query, given)).rows as Row[];
  }

  async first(query: Queries, given: Given): Promise<Row | undefined> {
    return (await this.#run(query, given)).rows[0] as Row | undefined;
  }

  /** @returns the number of rows that were inserted, updated or deleted */
  async change(query: Queries, given: Given): Promise<number> {
    return (await this.#run(query, given)).changed;
  }

  #run(query: Queries, given: Given): StatementResult | Promise<StatementResult> {
    const { adapter, plugins } = query.getExecutor();
    // Builds the query anew if there are plugins, because they must see the actual values instead of
    // placeholders.
    if (plugins.length > 0) return throughKysely(query, this.#build(query, given).compile());
    let compiled = this.#compiled.get(adapter);
    if (compiled === undefined) {
      compiled = this.#build(query, placeholders as Given).compile();
      this.#compiled.set(adapter, compiled);
    }
    const { sql, parameters } = compiled;
    const values = parameters.map((value) =>
      value instanceof Placeholder ? (given as Record<string, unknown>)[value.name] : value,
    );
    if ("runDirectly" in adapter) return (adapter as DirectAdapter).runDirectly(sql, values);
    return throughKysely(query, { ...compiled, parameters: values });
  }
}

/**
 * Returns the values of a whole row for an insert. They are listed column by column, because the object of
 * placeholders with which a {@link Statement} is built cannot be spread.
 */
export const valuesOf = <Columns extends object>(columns: Columns, row: RowOf<Columns>): RowOf<Columns> =>
  Object.fromEntries(
    Object.keys(columns).map((name) => [name, row[name as keyof Columns]]),
  ) as RowOf<Columns>;

async function throughKysely(query: Queries, compiled: CompiledQuery): Promise<StatementResult> {
  const { rows, numAffectedRows = 0n } = await query.executeQuery(compiled);
  return { rows, changed: Number(numAffectedRows) };
}

/** Placeholder for a value that is known only when the query runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const placeholders = new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) });
