import type { ErrorRequestHandler, Request, Response } from "express";
import type { z } from "zod";
import type { Tenant } from "../config/configuration.js";
import type { CallSessionData } from "../session/session.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/**
 * Where requests are counted. `sessions`, unless one is resumed, and `challenges`: before the handler. `calls` and
 * `codes`: by the handler, in the transaction that writes the request down. `none`: too cheap to be counted.
 */
export type RateLimit = "sessions" | "challenges" | "calls" | "codes" | "none";

export interface Exchange {
  request: Request;
  response: Response;
}

/** A request in a session, from a page of its tenant. */
export interface InSession extends Exchange {
  session: CallSessionData;
  tenant: Tenant;
}

/** A request that opens a session with the tenant its body names. */
export interface Opening extends Exchange {
  tenant: Tenant;
}

/** What a parameter of the path names, looked up so that nothing of another's is found. */
export interface Own<Context, Found> {
  /** For the refusal, a noun. */
  what: string;
  find: (context: Context, id: string) => Promise<Found | undefined>;
}

/** Words of any route. What a word does not open is closed. */
interface Words<Context, Found, Handled> {
  /** Who may find what the path's parameter names. Without it a path with a parameter answers 404. */
  own?: Own<Context, Found>;
  /** Where requests are counted; goes with `handler`. */
  rate?: RateLimit;
  /** Answers while new work is refused, too. Default: `overloaded`. */
  whenOverloaded?: "answer";
  /** Default: `no-store`. */
  cache?: string;
  vary?: string;
  /** What the route does, Markdown for `docs/http-api.md`. */
  does?: string;
  /** Without it all that comes through is refused. */
  handler?: (context: Handled) => unknown;
}

/** Words of a route in a session. Only a `GET`, which changes nothing, can do without token and `Origin`. */
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
  /** Whether `X-CSRF-Token` is asked for where a cookie speaks for the visitor. */
  csrf?: M extends "GET" ? boolean : true;
  /** `if sent`: the browser leaves `Origin` out of reads within one origin. */
  origin?: M extends "GET" ? "required" | "if sent" : "required";
  /** JSON of this form. Default: no body is read. */
  body?: Body;
  /** Requires the header `Idempotency-Key`. */
  idempotencyKey?: Key;
}

/** Words of a route that opens a session: the page must be one of the tenant named in the body. */
export interface OpeningWords<Body extends z.ZodType<{ tenant: string }>, Found> extends Words<
  Opening,
  Found,
  Opening & { body: z.output<Body>; own: Found }
> {
  session: "opened";
  body: Body;
}

/** Words of a route that looks at no session: cookies and bearers mean nothing to it. */
export interface OpenWords<Found> extends Words<Exchange, Found, Exchange & { body: unknown; own: Found }> {
  session: "none";
  /**
   * `own`: from no page of another site; `any`: from anywhere, though no other origin may read it; `public`: made to be
   * loaded by every page. Default: from nowhere.
   */
  origin?: "own" | "any" | "public";
  /** `optional`: also answered where browsers are to come by https. */
  tls?: "optional";
  /** A Content-Security-Policy in the place of the API's, which renders nothing. */
  policy?: string;
  /** `form`: the fields of a form of at most 1 kB. Default: no body is read. */
  body?: "form";
  /** Answers refusals and failures in the place of problem+json. */
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
 * A row of the route table. Method and path alone answer nothing but refusals: everything else has to be opened, and no
 * word lets a request change something by the authority of a cookie alone.
 *
 * @throws Error where words contradict each other
 */
export function route<
  M extends Method,
  Body extends z.ZodType = z.ZodUndefined,
  Found = undefined,
  Key extends boolean = false,
>(method: M, path: string, words?: SessionWords<M, Body, Found, Key>): Route;
export function route<Body extends z.ZodType<{ tenant: string }>, Found = undefined>(
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

/** For callers that the compiler does not check; a table with one of these is not served. */
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

/** The name of the path's parameter. */
export const parameterOf = (path: string): string | undefined => /:(\w+)/.exec(path)?.[1];

/** The paths of a table in its order, with the methods of each. */
export function methodsByPath(routes: readonly Route[]): Map<string, Method[]> {
  const found = new Map<string, Method[]>();
  for (const { path, method } of routes) found.set(path, [...(found.get(path) ?? []), method]);
  return found;
}
