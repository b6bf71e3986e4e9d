import type { ErrorRequestHandler, Request, Response } from "express";
import type { z } from "zod";
import type { Tenant } from "../config/configuration.js";
import type { CallSessionData } from "../session/session.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/**
 * Where requests are counted. `sessions` (new ones only) and `challenges`: before the handler. `calls` and `codes`:
 * by the handler, in the transaction that writes the request. `none`: too cheap to count.
 */
export type RateLimit = "sessions" | "challenges" | "calls" | "codes" | "none";

/** A request and its response. */
export interface Exchange {
  request: Request;
  response: Response;
}

/** A request in a session, from a page of the session's tenant. */
export interface InSession extends Exchange {
  session: CallSessionData;
  tenant: Tenant;
}

/** A request to open a session with the tenant in its body. */
export interface Opening extends Exchange {
  tenant: Tenant;
}

/** Lookup of the path parameter, limited to what belongs to the request. */
export interface Own<Context, Found> {
  /** Noun for the refusal. */
  what: string;
  find: (context: Context, id: string) => Promise<Found | undefined>;
}

/** Options of any route. What no option opens is closed. */
interface Words<Context, Found, Handled> {
  /** Looks up the path parameter. Without it, a path with a parameter answers 404. */
  own?: Own<Context, Found>;
  /** Where requests are counted. Required with `handler`. */
  rate?: RateLimit;
  /** Answers even under overload. Default: refuses with `overloaded`. */
  whenOverloaded?: "answer";
  /** Value of `Cache-Control`. Default: `no-store`. */
  cache?: string;
  vary?: string;
  /** What the route does, in Markdown for `docs/http-api.md`. */
  does?: string;
  /** Answers the request. Without it, requests that pass all checks are refused. */
  handler?: (context: Handled) => unknown;
}

/** Options of a route in a session. Only a `GET`, which changes nothing, can go without CSRF token and `Origin`. */
export interface SessionWords<
  M extends Method,
  Body extends z.ZodType,
  Found,
  Key extends boolean,
> extends Words<
  InSession,
  Found,
  InSession & { body: z.output<Body>; own: Found; idempotencyKey: Key extends true ? string : undefined }
> {
  session?: "required";
  /** Whether cookie sessions must send `X-CSRF-Token`. */
  csrf?: M extends "GET" ? boolean : true;
  /** `if sent`: checks `Origin` only if sent, because browsers omit it from same-origin reads. */
  origin?: M extends "GET" ? "required" | "if sent" : "required";
  /** Schema of the JSON body. Default: the body is not read. */
  body?: Body;
  /** Whether the header `Idempotency-Key` is required. */
  idempotencyKey?: Key;
}

/** Members of a body that opens a session. */
interface Opener {
  tenant: string;
  /** Whether the session is to travel by token, whatever the request carries. */
  bearer?: boolean | undefined;
}

/** Options of a route that opens a session. The page must belong to the tenant in the body. */
export interface OpeningWords<Body extends z.ZodType<Opener>, Found> extends Words<
  Opening,
  Found,
  Opening & { body: z.output<Body>; own: Found }
> {
  session: "opened";
  body: Body;
}

/** Options of a route without sessions, which ignores cookies and bearer tokens. */
export interface OpenWords<Found> extends Words<Exchange, Found, Exchange & { body: unknown; own: Found }> {
  session: "none";
  /**
   * `own`: only pages of this origin; `any`: all pages, though other origins cannot read the answer; `public`: all
   * pages may load it. Default: no page.
   */
  origin?: "own" | "any" | "public";
  /** `optional`: also answers plain http where https is required otherwise. */
  tls?: "optional";
  /** Content-Security-Policy in place of the API's, which allows no rendering. */
  policy?: string;
  /** `form`: parses form fields, 1 kB at most. Default: the body is not read. */
  body?: "form";
  /** Answers refusals and errors in place of problem+json. */
  failures?: ErrorRequestHandler;
}

/** A row of the route table. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly session: "required" | "opened" | "none";
  readonly csrf: boolean;
  readonly origin: "required" | "if sent" | "own" | "any" | "public";
  readonly tls: "required" | "optional";
  readonly body: z.ZodType | "form" | undefined;
  readonly idempotencyKey: boolean;
  readonly own: Own<never, unknown> | undefined;
  readonly rate: RateLimit | undefined;
  readonly whenOverloaded: "refuse" | "answer";
  readonly cache: string;
  readonly vary: string | undefined;
  readonly policy: string | undefined;
  readonly failures: ErrorRequestHandler | undefined;
  readonly does: string | undefined;
  readonly handler: ((context: never) => unknown) | undefined;
}

/**
 * Makes a row of the route table. With method and path alone it only refuses: each use has to be opened by an option.
 * No option lets a request change anything on the strength of a cookie alone.
 *
 * @throws Error when options contradict each other
 */
export function route<
  M extends Method,
  Body extends z.ZodType = z.ZodUndefined,
  Found = undefined,
  Key extends boolean = false,
>(method: M, path: string, words?: SessionWords<M, Body, Found, Key>): Route;
export function route<Body extends z.ZodType<Opener>, Found = undefined>(
  method: Method,
  path: string,
  words: OpeningWords<Body, Found>,
): Route;
export function route<Found = undefined>(method: Method, path: string, words: OpenWords<Found>): Route;
export function route(
  method: Method,
  path: string,
  words: Partial<Omit<Route, "method" | "path">> = {},
): Route {
  const row: Route = {
    method,
    path,
    session: words.session ?? "required",
    csrf: words.csrf ?? true,
    origin: words.origin ?? "required",
    tls: words.tls ?? "required",
    body: words.body,
    idempotencyKey: words.idempotencyKey ?? false,
    own: words.own,
    rate: words.rate,
    whenOverloaded: words.whenOverloaded ?? "refuse",
    cache: words.cache ?? "no-store",
    vary: words.vary,
    policy: words.policy,
    failures: words.failures,
    does: words.does,
    handler: words.handler,
  };
  const wrong = contradictionIn(row);
  if (wrong !== undefined) throw new Error(`${method} ${path}: ${wrong}`);
  return row;
}

/** Finds contradictions at start-up, for callers that the compiler does not check. */
function contradictionIn(row: Route): string | undefined {
  const { method, path, session, csrf, origin, tls, body, rate, handler } = row;
  const reads = method === "GET";
  if (session !== "none") {
    if (!csrf && (!reads || session === "opened"))
      return "only a GET in a session can do without the CSRF token";
    if (origin !== "required" && (origin !== "if sent" || !reads || session === "opened"))
      return "only a GET in a session can do without Origin";
    if (tls !== "required") return "sessions need TLS";
    if (body === "form") return "forms are read without a session alone";
  }
  if (session === "opened" && body === undefined) return "the body has to name the tenant";
  if (session === "none" && origin === "if sent")
    return "without a session there is no tenant to compare with";
  if (session === "none" && body !== undefined && body !== "form") return "JSON is read in sessions alone";
  if (/[*{]|:.*:/.test(path)) return "a path has at most one parameter";
  if ((rate === "sessions" && session !== "opened") || (rate === "challenges" && session !== "required"))
    return `nothing is counted as ${rate} here`;
  if (handler !== undefined && rate === undefined) return "say where its requests are counted: rate";
  return undefined;
}

/** Returns the name of the path's parameter; undefined when there is none. */
export const parameterOf = (path: string): string | undefined => /:(\w+)/.exec(path)?.[1];

/** Groups a table's methods by path, in the table's order. */
export function methodsByPath(routes: readonly Route[]): Map<string, Method[]> {
  const found = new Map<string, Method[]>();
  for (const { path, method } of routes) found.set(path, [...(found.get(path) ?? []), method]);
  return found;
}
