import { type RequestHandler, Router, urlencoded } from "express";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { notFound, problemHandler } from "./problem.js";
import { jsonBody } from "./request.js";
import { requireSingleHeaders, requireTls } from "./transport.js";
import { type Check, type Checking, checkOpen, checksOf } from "./checks.js";
import { methodsByPath, parameterOf, type Route } from "./route.js";

/** Handlers and services that a route table needs to serve requests. */
export interface Gates extends Checking {
  /** Handlers that run first for each request and set headers of each answer. */
  before: readonly RequestHandler[];
  /** Whether browsers reach the backend by https. */
  secure: boolean;
  /** Handlers that decide what the origin of a page may do. They run before the session is loaded. */
  pages: readonly RequestHandler[];
  sessions: readonly RequestHandler[];
  overload: RequestHandler;
  log: Logger;
}

/** Serves a whole route table. Answers 404 for an unknown path, and 405 for another method of a known path. */
export function createRouter(routes: readonly Route[], gates: Gates): Router {
  const router = Router();
  const mount = mounting(routes, gates.overload, checksOf(gates));
  router.use(...gates.before);
  router.use(mount((row) => row.session === "none" && row.tls === "optional"));
  router.use(requireTls(gates.secure), requireSingleHeaders);
  router.use(mount((row) => row.session === "none"));
  router.use(...gates.pages, ...gates.sessions);
  router.use(mount(() => true));
  router.use(notFound, problemHandler(gates.log));
  return router;
}

/** Answers 404 to every request, with the headers, the rules and the log of a route. */
export function createNotFoundRouter({
  before,
  secure,
  log,
}: Pick<Gates, "before" | "secure" | "log">): Router {
  const router = Router();
  router.use(...before, requireTls(secure), requireSingleHeaders);
  router.use(notFound, problemHandler(log));
  return router;
}

/**
 * Serves routes without sessions inside a host application. Requests with an unknown path are passed on to the
 * application.
 *
 * @throws Error when a route needs a session, or needs an overload guard and none is given
 */
export function createOpenRouter(
  routes: readonly Route[],
  {
    before = [],
    secure = false,
    overload,
    log,
  }: Partial<Pick<Gates, "before" | "secure" | "overload">> & Pick<Gates, "log">,
): Router {
  for (const { method, path, session, whenOverloaded } of routes) {
    if (session !== "none") throw new Error(`${method} ${path}: there are no sessions here`);
    if (whenOverloaded === "refuse" && !overload)
      throw new Error(`${method} ${path}: nothing measures the load here`);
  }
  const paths = [...methodsByPath(routes).keys()];
  const router = Router();
  router.use(paths, ...before, requireTls(secure), requireSingleHeaders);
  router.use(mounting(routes, overload, checkOpen)(() => true));
  router.use(paths, problemHandler(log));
  return router;
}

/**
 * Mounts a route table in stages. Each row is mounted in the first stage whose condition it meets. When the
 * last row of a path is mounted, all other methods of the path are refused.
 *
 * @throws Error when two rows have the same method and path
 */
function mounting(routes: readonly Route[], overload: RequestHandler | undefined, check: Check) {
  const methods = methodsByPath(routes);
  for (const [path, those] of methods)
    if (new Set(those).size < those.length) throw new Error(`${path} has two rows for the same method`);
  const left = new Set(routes);
  return (chosen: (row: Route) => boolean): Router => {
    const rows = [...left].filter(chosen);
    const paths = methodsByPath(rows);
    const router = Router();
    // Looks the path up once instead of comparing it with each row, because dozens of rows serve files.
    if (![...paths.keys()].some(parameterOf)) router.use(only(paths.keys()));
    for (const row of rows) {
      router[VERBS[row.method]](row.path, ...handlersOf(row, overload, check), ...failuresOf(row));
      left.delete(row);
      const [last] = rows.filter(({ path }) => path === row.path).slice(-1);
      if (row !== last || [...left].some(({ path }) => path === row.path)) continue;
      const allowed = methods.get(row.path) ?? [];
      router.all(row.path, headersOf(row), refuseOthers(row, allowed), ...failuresOf(row));
    }
    return router;
  };
}

const VERBS = { GET: "get", POST: "post", PUT: "put", PATCH: "patch", DELETE: "delete" } as const;

/** Skips a stage if it has no row for the path. Compares paths in the same way as Express. */
function only(paths: Iterable<string>): RequestHandler {
  const known = new Set(Array.from(paths, (path) => path.toLowerCase()));
  return ({ path }, _response, next) => {
    next(known.has(path.toLowerCase().replace(/(?<=.)\/$/, "")) ? undefined : "router");
  };
}

/** Returns the checks of a row in their order, followed by its handler. */
const handlersOf = (row: Route, overload: RequestHandler | undefined, check: Check): RequestHandler[] => [
  headersOf(row),
  ...(row.session === "none" ? [requireOpenOrigin(row)] : []),
  ...(row.body === undefined ? [] : row.body === "form" ? [form] : jsonBody),
  // Runs after the body has been read, so that a client that sends its body slowly is not counted.
  ...(row.whenOverloaded === "refuse" && overload ? [overload] : []),
  async (request, response) => {
    const context = await check(row, { request, response });
    if (row.handler === undefined) throw new Refusal("not_found", "there is no such path");
    await row.handler(context as never);
  },
];

const failuresOf = ({ failures }: Route) => (failures === undefined ? [] : [failures]);

const form = urlencoded({ extended: false, limit: 1024, parameterLimit: 4, inflate: false });

/**
 * Sets the headers of a row. The headers that Helmet sets allow only pages of this origin to load an answer.
 * The headers of a `public` row allow this to pages of all origins.
 */
const headersOf =
  ({ cache, vary, policy, origin }: Route): RequestHandler =>
  (_request, response, next) => {
    response.set("Cache-Control", cache);
    if (vary !== undefined) response.vary(vary);
    if (policy !== undefined) response.set("Content-Security-Policy", policy);
    if (origin === "public")
      response.set({ "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*" });
    next();
  };

/**
 * Refuses requests from pages by `Sec-Fetch-Site`, which all current browsers send. `Origin` is of no use here:
 * it is `null` for pages that send no referrer.
 */
const requireOpenOrigin =
  ({ origin }: Route): RequestHandler =>
  (request, _response, next) => {
    const site = request.get("sec-fetch-site");
    const own = site === undefined || site === "same-origin" || site === "none";
    if (origin !== "any" && origin !== "public" && !(origin === "own" && own))
      throw new Refusal("origin_not_allowed", "only the backend's own page may ask this");
    next();
  };

/** Answers 405 and names the allowed methods. */
const refuseOthers =
  ({ failures }: Route, methods: readonly string[]): RequestHandler =>
  (request, response) => {
    response.set("Allow", methods.join(", "));
    if (request.method === "OPTIONS" && failures === undefined) {
      response.status(204).end();
      return;
    }
    throw new Refusal("method_not_allowed", `use ${methods.join(" or ")}`);
  };
