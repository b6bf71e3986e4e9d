import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the PostgreSQL server that all tests of this run share. */
    postgres: string;
  }
}

/**
 * The database engines that the backend supports. Each has a function that creates an empty database and resolves to
 * its URL.
 */
export const engines: [string, () => Promise<string>][] = [
  ["SQLite", () => Promise.resolve(sqliteUrl())],
  ["PostgreSQL", postgresUrl],
];

export const sqliteUrl = (): string => `sqlite:${join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.db")}`;

export async function postgresUrl(): Promise<string> {
  const url = new URL(inject("postgres"));
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await client.query(`create database ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}
