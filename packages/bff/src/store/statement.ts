import type { Compilable, DialectAdapter, Kysely } from "kysely";
import type { Tables } from "./tables.js";

/** A database, or a transaction in it. */
type Queries = Kysely<Tables>;

/** What a compiled query gives: its rows, or how many it has changed. */
export interface StatementResult {
  rows: unknown[];
  changed: number;
}

/** An engine's adapter that runs a compiled query without Kysely in between. */
export interface DirectAdapter extends DialectAdapter {
  runDirectly(text: string, parameters: readonly unknown[]): StatementResult;
}

/** A query that is built and compiled once and run many times, with other values each time. */
export class Statement<Given extends object, Row> {
  readonly #build: (query: Queries, given: Given) => Compilable<Row>;
  /** By engine, each of which has words of its own. */
  readonly #compiled = new WeakMap<DialectAdapter, Compiled>();

  /** @param build makes the query; what it takes from `given` is filled in at each run */
  constructor(build: (query: Queries, given: Given) => Compilable<Row>) {
    this.#build = build;
  }

  async all(query: Queries, given: Given): Promise<Row[]> {
    return (await this.#run(query, given)).rows as Row[];
  }

  async first(query: Queries, given: Given): Promise<Row | undefined> {
    return (await this.#run(query, given)).rows[0] as Row | undefined;
  }

  /** @returns how many rows were inserted, updated or deleted */
  async change(query: Queries, given: Given): Promise<number> {
    return (await this.#run(query, given)).changed;
  }

  #run(query: Queries, given: Given): StatementResult | Promise<StatementResult> {
    const { adapter } = query.getExecutor();
    let compiled = this.#compiled.get(adapter);
    if (compiled === undefined) {
      compiled = compile(this.#build(query, placeholders as Given));
      this.#compiled.set(adapter, compiled);
    }
    const { node, text, parameters } = compiled;
    const values = parameters.map((value) =>
      value instanceof Placeholder ? (given as Record<string, unknown>)[value.name] : value,
    );
    if ("runDirectly" in adapter) return (adapter as DirectAdapter).runDirectly(text, values);
    return query
      .executeQuery({ ...node, parameters: values })
      .then(({ rows, numAffectedRows = 0n }) => ({ rows, changed: Number(numAffectedRows) }));
  }
}

interface Compiled {
  node: ReturnType<Compilable["compile"]>;
  text: string;
  parameters: readonly unknown[];
}

/** Where a value goes that is known only when the query is run. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const placeholders = new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) });

function compile(query: Compilable): Compiled {
  const node = query.compile();
  return { node, text: node.sql, parameters: node.parameters };
}
