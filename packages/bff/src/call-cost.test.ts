import { ORIGIN, withoutLimits } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { afterEach, describe, expect, it } from "vitest";
import { listening, type Statement } from "./store/statements.harness.js";

/**
 * Matches statements that are not counted: those that a timer runs, and those that run once an hour for the
 * whole account.
 */
const BESIDES =
  /"(instances|notifications|uis_tokens)"|"anonymous_tries"(?!.* where "tenant" = )|"due_at" <= /;

let bff: TestBff;
afterEach(() => bff.stop());

describe.each(engines)("a call on %s asks the database", (name, newUrl) => {
  /** Number of statements for locks. SQLite needs no locks. */
  const LOCK = name === "PostgreSQL" ? 1 : 0;

  /**
   * Returns the SQL statements of a visitor's second call, from the request to the answer. The call is to a new
   * number.
   */
  async function askedFor(options: TestBffOptions): Promise<string[]> {
    const heard: Statement[] = [];
    bff = await startTestBff({ databaseUrl: await newUrl(), open: listening(heard), ...options });
    bff.uis.exchange.settings.answersWhen = "accepted";
    const visitor = bff.visitor();
    await visitor.open("acme", { origin: ORIGIN });
    await visitor.call({ target: "sales", phone: "8 900 000-00-01" });
    heard.length = 0;
    expect((await visitor.call({ target: "sales", phone: "8 900 000-00-02" })).status).toBe(201);
    return heard.map(({ sql }) => sql).filter((sql) => !BESIDES.test(sql));
  }

  it("sixteen times with all limits, plus the locks of phone and tenant: one for the session, eleven to store call and attempt, two to confirm the send, two to store the answer", async () => {
    expect(await askedFor({})).toHaveLength(16 + 2 * LOCK);
  });

  it("twice more where a visitor may have to prove work: what the session has sent, and what its address has", async () => {
    expect(await askedFor({ tenant: "proof: attack" })).toHaveLength(18 + 2 * LOCK);
  });

  it("eleven times without any", async () => {
    expect(await askedFor({ configure: withoutLimits })).toHaveLength(11 + LOCK);
  });
});
