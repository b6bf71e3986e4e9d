import type { Database } from "@uis-call/bff";

/** Members of request bodies that are secret. */
const SECRET_MEMBERS = ["token", "sealedNumber"];

/** How many of a number's last digits identify it. The digits before them differ: a country code, or 8 in Russia. */
const TELLING_DIGITS = 10;

/** Collects the numbers and secrets of a backend under test, and searches its answers, log and database for them. */
export class LeakScan {
  /** Last digits of telephone numbers. */
  readonly #numbers = new Set<string>();
  /** Secrets that must not appear anywhere. */
  readonly #secrets = new Set<string>();
  /** Cookies and tokens of visitors. They may appear in answers and in the stored session, but not in the log. */
  readonly #credentials = new Set<string>();

  /**
   * Adds a telephone number to the search.
   *
   * @param written the number in any notation; if it has too few digits, it is ignored
   */
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

  /** Adds the numbers and secrets in the body of a request. */
  request(body: object | string | undefined): void {
    if (typeof body !== "object") return;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value !== "string") continue;
      if (name === "phone") this.number(value);
      if (SECRET_MEMBERS.includes(name)) this.secret(value);
    }
  }

  /** Adds the numbers in requests to UIS, and the session keys that UIS has issued. */
  uis(orders: readonly { params?: unknown }[], keys: readonly { answer?: unknown }[]): void {
    for (const { params } of orders) {
      const { numa, numc } = params as { numa: unknown; numc: unknown };
      for (const number of JSON.stringify([numa, numc]).match(/\d{10,}/g) ?? []) this.number(number);
    }
    for (const { answer } of keys) this.secret(/[\da-f]{40}/.exec(JSON.stringify(answer))?.[0]);
  }

  /** How many values are searched for. */
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

  /** Searches each column of each table. Skips tables that cannot be read: some tests break the database on purpose. */
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

  /** Describes each number and secret found in a text. */
  #finds(place: string, text: string, secrets: ReadonlySet<string>): string[] {
    // Removes spaces, brackets and dashes, so that they do not hide a number.
    const digits = text.replaceAll(/[^\da-zA-Z]/g, "");
    return [
      ...[...this.#numbers].filter((number) => digits.includes(number)).map((number) => `number …${number}`),
      ...[...secrets]
        .filter((secret) => text.includes(secret))
        .map((secret) => `secret ${secret.slice(0, 12)}…`),
    ].map((find) => `${find} in ${place}`);
  }
}

/** @throws Error with a list of the finds, if there are any */
export function requireNone(finds: readonly string[]): void {
  if (finds.length === 0) return;
  const some = [...new Set(finds)].slice(0, 10).join("\n");
  throw new Error(`the leak scan has found:\n${some}`);
}
