import { isUtf8 } from "node:buffer";
import { IdempotencyKey } from "@uis-call/shared";
import type { Request, RequestHandler } from "express";
import { json } from "express";
import type { z } from "zod";
import { Refusal } from "../refusal.js";

/** Maximum length of a body. Valid requests are far shorter. */
const BODY_LIMIT = "4kb";

/** Parses JSON bodies. Refuses other bodies with `unsupported_media_type`, `too_large` or `malformed_json`. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    if (request.is("application/json") === false || request.get("content-type") === undefined) {
      throw new Refusal("unsupported_media_type", "send Content-Type: application/json");
    }
    next();
  },
  json({
    ...{ limit: BODY_LIMIT, strict: true, inflate: false, type: "application/json" },
    verify: (_request, _response, body, charset) => requireUtf8(body, charset),
  }),
  (request, _response, next) => {
    requireHarmless(request.body);
    next();
  },
];

/**
 * Requires that a body is UTF-8 and is said to be, as RFC 8259 requires of JSON. Other charsets would be read in
 * another way by a proxy in front, and invalid bytes would be replaced in the middle of a value.
 *
 * @throws Error with a `type` like those of body-parser
 */
function requireUtf8(body: Buffer, charset: string): void {
  if (charset.toLowerCase() !== "utf-8")
    throw Object.assign(new Error("not UTF-8"), { type: "charset.unsupported" });
  if (!isUtf8(body)) throw Object.assign(new Error("not UTF-8"), { type: "entity.not.utf8" });
}

/**
 * Names of members that exist on every JavaScript object. No schema has such a member, and copying a body must
 * not set one.
 */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Refuses a body that has a member with a reserved name at any depth.
 *
 * @throws Refusal `invalid_request`
 */
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
 * Returns the body after parsing it with `schema`.
 *
 * @throws Refusal `invalid_request` that names the path of the first invalid member, but not its value
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

/** Makes the name of a member safe to print, because it comes from outside. */
const printable = (name: string): string => name.replaceAll(/[^\w.-]/g, "?").slice(0, 40);

/** Returns the id of the tenant that the query names: `?tenant=`. Nothing else of a query is read. */
export function tenantIn({ url }: Request): string | undefined {
  const named = new URLSearchParams(url.split("?")[1]).getAll("tenant");
  return named.length === 1 ? named[0] : undefined;
}

/** Returns the visitor's two-letter language, or `otherwise`. */
export function localeOf(request: Request, otherwise: string): string {
  if (request.headers["accept-language"] === undefined) return otherwise;
  const [first] = request.acceptsLanguages();
  const language = first?.slice(0, 2).toLowerCase() ?? "";
  return /^[a-z]{2}$/.test(language) ? language : otherwise;
}

/**
 * Returns the request's idempotency key.
 *
 * @throws Refusal `invalid_request` when the header `Idempotency-Key` is not a UUID
 */
export function idempotencyKeyOf(request: Request): string {
  // Accepts the UUID with or without quotes. (RFC 8941 strings have quotes.)
  const key = IdempotencyKey.safeParse(request.get("idempotency-key")?.replace(/^"(.*)"$/, "$1"));
  if (key.success) return key.data.toLowerCase();
  throw new Refusal("invalid_request", "send a UUID, made once per click, in the header Idempotency-Key", {
    at: "Idempotency-Key",
  });
}
