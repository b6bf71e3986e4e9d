import type { Database } from "@uis-call/bff";

/** Properties of request bodies whose values are secret. */
const SECRET_MEMBERS = ["token", "sealedNumber"];

/**
 * How many of the last digits identify a telephone number. The digits before them depend on the notation: they are the
 * country code, or 8 in Russia.
 */
const TELLING_DIGITS = 10;

/**
 * Searches what a backend under test sends, logs and stores for telephone numbers and secrets. Tests add the numbers
 * and secrets that the backend receives.
 */
export class LeakScan {
  /** The last digits of the telephone numbers that must not be found. */
  readonly #numbers = new Set<string>();
  /** Secrets that must not be found anywhere. */
  readonly #secrets = new Set<string>();
  /** Cookies and tokens of visitors. HTTP responses and stored sessions may contain them, but the log must not. */
  readonly #credentials = new Set<string>();

  /**
   * Adds a telephone number to those that must not be found.
   *
   * @param written the number in any notation; a number with too few digits is ignored
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

  /** Adds the telephone numbers and secrets that the body of a request contains. */
  request(body: object | string | undefined): void {
    if (typeof body !== "object") return;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value !== "string") continue;
      if (name === "phone") this.number(value);
      if (SECRET_MEMBERS.includes(name)) this.secret(value);
    }
  }

  /** Adds the telephone numbers in requests to UIS, and the session keys in the responses of UIS. */
  uis(orders: readonly { params?: unknown }[], keys: readonly { answer?: unknown }[]): void {
    for (const { params } of orders) {
      const { numa, numc } = params as { numa: unknown; numc: unknown };
      for (const number of JSON.stringify([numa, numc]).match(/\d{10,}/g) ?? []) this.number(number);
    }
    for (const { answer } of keys) this.secret(/[\da-f]{40}/.exec(JSON.stringify(answer))?.[0]);
  }

  /** Number of values for which the scan searches. */
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

  /**
   * Searches all columns of all tables. Skips tables that cannot be read, because some tests break the database on
   * purpose.
   */
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

  /** Returns a description of each telephone number and each secret that the text contains. */
  #finds(place: string, text: string, secrets: ReadonlySet<string>): string[] {
    // Removes spaces, brackets and dashes, because they would hide a telephone number.
    const digits = text.replaceAll(/[^\da-zA-Z]/g, "");
    return [
      ...[...this.#numbers].filter((number) => digits.includes(number)).map((number) => `number …${number}`),
      ...[...secrets]
        .filter((secret) => text.includes(secret))
        .map((secret) => `secret ${secret.slice(0, 12)}…`),
    ].map((find) => `${find} in ${place}`);
  }
}

/** Throws if the leak scan has found something. @throws Error that lists what was found */
export function requireNone(finds: readonly string[]): void {
  if (finds.length === 0) return;
  const some = [...new Set(finds)].slice(0, 10).join("\n");
  throw new Error(`the leak scan has found:\n${some}`);
}
