import { IdempotencyKey } from "@uis-call/shared";
import type { Request, RequestHandler } from "express";
import { json } from "express";
import type { z } from "zod";
import { Refusal } from "../refusal.js";

/** No request of ours comes near it; a body beyond is not read. */
const BODY_LIMIT = "4kb";

/** Reads a JSON body and nothing else. Refusals: `unsupported_media_type`, `too_large`, `malformed_json`. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    if (request.is("application/json") === false || request.get("content-type") === undefined) {
      throw new Refusal("unsupported_media_type", "send Content-Type: application/json");
    }
    next();
  },
  json({ limit: BODY_LIMIT, strict: true, inflate: false, type: "application/json" }),
  (request, _response, next) => {
    requireHarmless(request.body);
    next();
  },
];

/** Members that mean something to every object; no schema of ours knows them, and no copy of a body may meet them. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

/** @throws Refusal `invalid_request` for a reserved name, however deep */
function requireHarmless(body: unknown): void {
  const left = [body];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      if (RESERVED.has(name)) throw new Refusal("invalid_request", `no member may be named ${name}`);
      left.push(member);
    }
  }
}

/**
 * The body as `schema` has it.
 *
 * @throws Refusal `invalid_request` with the path of the first member that does not fit; its value is not repeated
 */
export function parseBody<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown =
    issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 3).map(printable).join(", ") : undefined;
  const detail = unknown === undefined ? (issue?.message ?? "does not fit") : `unknown member: ${unknown}`;
  throw new Refusal("invalid_request", detail, {
    at: issue?.path.map(String).map(printable).join(".") ?? "",
  });
}

/** Names of members come from outside as well. */
const printable = (name: string): string => name.replaceAll(/[^\w.-]/g, "?").slice(0, 40);

/** Two-letter language the visitor reads, or the other given. */
export function localeOf(request: Request, otherwise: string): string {
  if (request.headers["accept-language"] === undefined) return otherwise;
  const [first] = request.acceptsLanguages();
  const language = first?.slice(0, 2).toLowerCase() ?? "";
  return /^[a-z]{2}$/.test(language) ? language : otherwise;
}

/** @throws Refusal `invalid_request` where the header `Idempotency-Key` is no UUID */
export function idempotencyKeyOf(request: Request): string {
  // RFC 8941 strings come in quotes; plain UUIDs are common, too.
  const key = IdempotencyKey.safeParse(request.get("idempotency-key")?.replace(/^"(.*)"$/, "$1"));
  if (key.success) return key.data.toLowerCase();
  throw new Refusal("invalid_request", "send a UUID, made once per click, in the header Idempotency-Key", {
    at: "Idempotency-Key",
  });
}
