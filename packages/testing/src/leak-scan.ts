import type { Database } from "@uis-call/bff";

/** Members of requests that are secret. */
const SECRET_MEMBERS = ["token", "sealedNumber"];

/** Digits that tell a number, whatever stands before them: a country code, or 8. */
const TELLING_DIGITS = 10;

/** What one backend under test has been told and has to keep to itself, and a search for it. */
export class LeakScan {
  /** The last digits of telephone numbers. */
  readonly #numbers = new Set<string>();
  /** Must appear nowhere. */
  readonly #secrets = new Set<string>();
  /** These one visitor was given: they are in that answer, and in that visitor's session. */
  readonly #credentials = new Set<string>();

  /** @param written in any writing; what is too short to be one is none */
  number(written: string): void {
    const digits = written.replaceAll(/\D/g, "");
    if (digits.length >= TELLING_DIGITS) this.#numbers.add(digits.slice(-TELLING_DIGITS));
  }

  secret(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) if (secret !== undefined && secret !== "") this.#secrets.add(secret);
  }

  credential(...credentials: readonly (string | undefined)[]): void {
    for (const one of credentials) if (one !== undefined && one !== "") this.#credentials.add(one);
  }

  /** The numbers and secrets of a request's body. */
  request(body: object | string | undefined): void {
    if (typeof body !== "object") return;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value !== "string") continue;
      if (name === "phone") this.number(value);
      if (SECRET_MEMBERS.includes(name)) this.secret(value);
    }
  }

  /** The numbers UIS was asked to connect, and the keys it has given. */
  uis(orders: readonly { params?: unknown }[], keys: readonly { answer?: unknown }[]): void {
    for (const { params } of orders) {
      const { numa, numc } = params as { numa: unknown; numc: unknown };
      for (const number of JSON.stringify([numa, numc]).match(/\d{10,}/g) ?? []) this.number(number);
    }
    for (const { answer } of keys) this.secret(/[\da-f]{40}/.exec(JSON.stringify(answer))?.[0]);
  }

  /** How much is looked for. */
  get size(): number {
    return this.#numbers.size + this.#secrets.size + this.#credentials.size;
  }

  findsInAnswers(answers: readonly string[]): string[] {
    return answers.flatMap((answer) => this.#finds("an answer", answer, this.#secrets));
  }

  findsInLog(lines: readonly string[]): string[] {
    const secrets = new Set([...this.#secrets, ...this.#credentials]);
    return lines.flatMap((line) => this.#finds("the log", line, secrets));
  }

  /** Looks through every column of every table that can be read: some tests break the database on purpose. */
  async findsInDatabase(db: Pick<Database, "query">): Promise<string[]> {
    const finds: string[] = [];
    for (const { name } of await db.query.introspection.getTables().catch(() => [])) {
      const rows = db.query.selectFrom(name as "calls").selectAll();
      for (const row of await rows.execute().catch(() => [])) {
        for (const [column, value] of Object.entries(row)) {
          if (value !== null) finds.push(...this.#finds(`${name}.${column}`, String(value), this.#secrets));
        }
      }
    }
    return finds;
  }

  /** What was found, in words that name the place. */
  #finds(place: string, text: string, secrets: ReadonlySet<string>): string[] {
    // Spaces, brackets and dashes hide no number.
    const digits = text.replaceAll(/[^\da-zA-Z]/g, "");
    return [
      ...[...this.#numbers].filter((number) => digits.includes(number)).map((number) => `number …${number}`),
      ...[...secrets]
        .filter((secret) => text.includes(secret))
        .map((secret) => `secret ${secret.slice(0, 12)}…`),
    ].map((find) => `${find} in ${place}`);
  }
}

/** @throws Error that says what was found where */
export function requireNone(finds: readonly string[]): void {
  if (finds.length === 0) return;
  const some = [...new Set(finds)].slice(0, 10).join("\n");
  throw new Error(`the leak scan has found:\n${some}`);
}
