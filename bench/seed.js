// Fills a database with as many calls and sessions as there would be after years of use.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { SQLite as Database } from "@uis-call/bff/sqlite-driver";

const CALLS = 1_000_000;
const SESSIONS = 100_000;

/**
 * Statuses and reasons of the past calls. Entries are repeated, so that each status is about as frequent as in real
 * use.
 */
const ENDS = [
  ["placed", null],
  ["placed", null],
  ["placed", null],
  ["placed", null],
  ["placed", null],
  ["placed", null],
  ["failed", "not_connected"],
  ["failed", "service_refused"],
  ["unknown", "no_answer_from_service"],
  ["held", "deadline_passed"],
];

const DAY = 24 * 3600 * 1000;
const hash = (text) => createHash("sha256").update(text).digest("base64url");
const time = (milliseconds) => new Date(milliseconds).toISOString();

/**
 * Returns the rows that one past call has in the tables, by the name of the table. `inserter` leaves out columns that a
 * table does not have.
 */
function pastCall(index, now) {
  const [status, reason] = ENDS[index % ENDS.length];
  const id = randomUUID();
  const began = now - DAY - (CALLS - index) * 1000;
  const owner = { tenant: "acme", principal: `seeded-${index % SESSIONS}`, idempotency_key: randomUUID() };
  const fingerprint = hash(String(index));
  const calls = {
    id,
    ...owner,
    fingerprint,
    target: "sales",
    // Uses random bytes with the length of an encrypted telephone number: the benchmark never decrypts the numbers of
    // past calls.
    visitor_number: randomBytes(40).toString("base64url"),
    visitor_source: "asked",
    visitor_hash: hash(`+7901${String(index).padStart(7, "0")}`),
    locale: "ru",
    variables: "{}",
    page: "https://www.example.com/catalogue/a-thing",
    consent_text: null,
    status,
    reason,
    created_at: time(began),
    updated_at: time(began + 15_000),
    scheduled_for: null,
    attempts: 1,
    due_at: time(began + 15_000),
    deadline_at: time(began + 600_000),
  };
  const attempts = {
    call_id: id,
    number: 1,
    phase: "connected",
    owner: "seeded",
    started_at: time(began),
    finished_at: time(began + 15_000),
    outcome: status === "placed" ? "placed" : "refused",
    code: null,
  };
  return { calls, intents: { ...owner, fingerprint, call_id: id }, attempts };
}

function session(index, now) {
  const uisCall = {
    tenant: "acme",
    principal: `seeded-${index}`,
    csrfToken: hash(`token ${index}`),
    openedAt: now,
  };
  const cookie = { originalMaxAge: null, expires: null, path: "/", httpOnly: true, sameSite: "strict" };
  const data = JSON.stringify({ cookie, uisCall });
  return { id: hash(`session ${index}`), data, expires_at: time(now + DAY) };
}

/** Inserts past calls and sessions into the backend's database at `file`. The tables must exist. */
export function seedDatabase(file, { calls = CALLS, sessions = SESSIONS } = {}) {
  const db = new Database(file);
  const now = Date.now();
  const insert = Object.fromEntries(
    ["calls", "intents", "attempts", "sessions"].map((table) => [table, inserter(db, table)]),
  );
  db.transaction(() => {
    for (let index = 0; index < calls; index++) {
      const rows = pastCall(index, now);
      for (const table of ["calls", "intents", "attempts"]) insert[table](rows[table]);
    }
    for (let index = 0; index < sessions; index++) insert.sessions(session(index, now));
  })();
  db.pragma("wal_checkpoint(truncate)");
  db.close();
}

/**
 * Returns a function that inserts a row into the table. If the database has no such table, the returned function does
 * nothing.
 */
function inserter(db, table) {
  const columns = db
    .pragma(`table_info(${table})`)
    .filter(({ name }) => table !== "attempts" || name !== "id");
  if (columns.length === 0) return () => undefined;
  const names = columns.map(({ name }) => name);
  const statement = db.prepare(
    `insert into ${table} (${names.join(", ")}) values (${names.map((name) => `@${name}`).join(", ")})`,
  );
  // Sets the columns for which a row has no value to null.
  const nothing = Object.fromEntries(names.map((name) => [name, null]));
  return (row) => statement.run({ ...nothing, ...row });
}
