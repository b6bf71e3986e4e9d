import type { ErrorRequestHandler, Request, Response } from "express";
import type { z } from "zod";
import type { Tenant } from "../config/configuration.js";
import type { CallSessionData } from "../session/session.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/**
 * Which limit counts the requests of a route. `challenges` are counted before the handler. `sessions`, `calls`
 * and `codes` are counted by the handler: `sessions` once it knows who asks for a session, the others in the
 * transaction that stores the request. `none`: the request is too cheap to be counted.
 */
export type RateLimit = "sessions" | "challenges" | "calls" | "codes" | "none";

/** A request and its response. */
export interface Exchange {
  request: Request;
  response: Response;
}

/** A request in a session. It comes from a page of the session's tenant. */
export interface InSession extends Exchange {
  session: CallSessionData;
  tenant: Tenant;
}

/** A request to open a session with the tenant that its body names. */
export interface Opening extends Exchange {
  tenant: Tenant;
}

/** Looks up the object that the path parameter names, among the objects that belong to the client. */
export interface Own<Context, Found> {
  /** Noun for the object in the text of a refusal. */
  what: string;
  find: (context: Context, id: string) => Promise<Found | undefined>;
}

/** Options that all routes have. What no option allows is refused. */
interface Words<Context, Found, Handled> {
  /**
   * Looks up the object that the path parameter names. Without this option, a path with a parameter answers
   * 404.
   */
  own?: Own<Context, Found>;
  /** Limit that counts the requests. Required if there is a `handler`. */
  rate?: RateLimit;
  /** Answers even while the backend is overloaded. Default: the route refuses with `overloaded`. */
  whenOverloaded?: "answer";
  /** Value of `Cache-Control`. Default: `no-store`. */
  cache?: string;
  vary?: string;
  /** Description of the route in Markdown, for `docs/http-api.md`. */
  does?: string;
  /** Answers the request. Without a handler, the route refuses even a request that passes all checks. */
  handler?: (context: Handled) => unknown;
}

/**
 * Options of a route that needs a session. Only a `GET` route, which changes nothing, may do without the CSRF
 * token and the `Origin` header.
 */
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
  /** Whether a request with a cookie session must send `X-CSRF-Token`. */
  csrf?: M extends "GET" ? boolean : true;
  /**
   * `if sent`: `Origin` is checked only if it is sent, because browsers do not send it when a page reads from
   * its own origin.
   */
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

/** Options of a route without sessions. Such a route ignores cookies and bearer tokens. */
export interface OpenWords<Found> extends Words<Exchange, Found, Exchange & { body: unknown; own: Found }> {
  session: "none";
  /**
   * Which pages may call the route. `own`: pages of the backend's own origin. `any`: all pages, but pages of
   * other origins cannot read the answer. `public`: all pages, which may also read the answer. Default: no
   * page.
   */
  origin?: "own" | "any" | "public";
  /** `optional`: the route also answers plain http, even if other routes require https. */
  tls?: "optional";
  /** Content-Security-Policy that replaces the one of the API, which does not allow rendering. */
  policy?: string;
  /** `form`: the body is parsed as form fields, at most 1 kB. Default: the body is not read. */
  body?: "form";
  /** Answers refusals and errors of this route instead of the handler that sends problem+json. */
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
 * Makes a row of the route table. If only method and path are given, the route refuses every request, because
 * options must allow each use of it. No option allows a request to change anything if the request is
 * authenticated by a cookie alone.
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

/**
 * Finds options that contradict each other, for callers whose types the compiler does not check. Runs when the
 * backend starts.
 */
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

/** Returns the name of the path parameter. Returns undefined if the path has none. */
export const parameterOf = (path: string): string | undefined => /:(\w+)/.exec(path)?.[1];

/** Groups the methods of a route table by path. Keeps the order of the table. */
export function methodsByPath(routes: readonly Route[]): Map<string, Method[]> {
  const found = new Map<string, Method[]>();
  for (const { path, method } of routes) found.set(path, [...(found.get(path) ?? []), method]);
  return found;
}
