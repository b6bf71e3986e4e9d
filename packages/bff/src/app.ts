import { randomUUID } from "node:crypto";
import type { RequestHandler, Router } from "express";
import { BackgroundLoop } from "./background.js";
import { CallFeed } from "./calls/call-feed.js";
import { Dialler } from "./calls/dialler.js";
import { Dispatcher } from "./calls/dispatcher.js";
import { Instances } from "./calls/instances.js";
import { Ledger } from "./calls/ledger.js";
import { CallQuotas } from "./calls/call-quotas.js";
import { Attempts } from "./calls/attempts.js";
import { Retention } from "./calls/retention.js";
import { gaugesOf } from "./calls/gauges.js";
import { OptOutNotices } from "./calls/opt-out-notices.js";
import { PauseLog } from "./calls/pause-log.js";
import { type Clock, systemClock } from "./clock.js";
import type { Configuration, Tenant } from "./config/configuration.js";
import type { Secret } from "./config/secret.js";
import { OutboxWorker } from "./notifications/outbox-worker.js";
import { Outbox } from "./notifications/outbox.js";
import { Receivers } from "./notifications/receivers.js";
import { createWebhookSender } from "./notifications/webhook.js";
import { noStore, securityHeaders } from "./http/headers.js";
import { METHODS, type Route } from "./http/route.js";
import { createNotFoundRouter, createOpenRouter, createRouter } from "./http/router.js";
import { plainProxyHeaders, warnOfUnreadableAddress } from "./http/transport.js";
import { createLogger, type Logger } from "./log.js";
import { Metrics } from "./metrics.js";
import { AddressNumbers } from "./policy/address-numbers.js";
import { AttackMeter } from "./policy/attack-meter.js";
import { RateLimits } from "./policy/rate-limits.js";
import { createProofDesk } from "./policy/proof.js";
import { ProofGate } from "./policy/proof-gate.js";
import { OptOuts } from "./policy/opt-out.js";
import { accessLog } from "./http/access-log.js";
import { callRoutes } from "./routes/calls.js";
import { watchConnections } from "./http/connections.js";
import { healthRoutes } from "./routes/health.js";
import { OpenStreams } from "./http/open-streams.js";
import { createOverloadGuard, type LagMeter } from "./http/overload.js";
import { proofRoutes } from "./routes/proof.js";
import { sessionRoutes } from "./routes/session.js";
import { readEmbedBundle, widgetRoutes } from "./routes/widget.js";
import { optOutRoutes } from "./routes/opt-out-page.js";
import { siteRelationMiddleware } from "./session/site-relation.js";
import { type HostSessions, hostSessionMiddleware } from "./session/host-session.js";
import { corsFor } from "./session/origin.js";
import { sessionMiddleware } from "./session/session.js";
import { SessionStore } from "./session/session-store.js";
import type { Proxy } from "./proxy.js";
import { type Database, openDatabase } from "./store/database.js";
import { pruneCounts } from "./store/limit-counts.js";
import { pruneUses } from "./store/once.js";
import { type NumberCipher, openNumberCipher } from "./store/number-cipher.js";
import { pruneOptOutCodes } from "./store/opt-out-codes.js";
import { type CircuitBreaker, createCircuitBreaker, type OpenCircuit } from "./uis/circuit-breaker.js";
import { createSharedToken } from "./uis/shared-token.js";
import type { UisClient } from "./uis/uis-client.js";
import { createV1Client } from "./uis/v1.js";

/** Options of {@link createBff}. */
export interface BffOptions {
  configuration: Configuration;
  /** Address of the database: `sqlite:PATH` or `postgres://…`. */
  databaseUrl: string;
  /** Opens the database. Default: `openDatabase`. */
  open?: (url: string) => Promise<Database>;
  /** Session secrets, newest first. Each has at least 32 characters. */
  sessionSecrets: readonly Secret[];
  /**
   * Address at which browsers reach the backend and the opt-out page. If it begins with `https:`, the session
   * cookie is `Secure`, and requests that arrive without TLS are refused.
   */
  publicUrl: URL;
  /** Sessions and users of the host application. Default: the backend manages sessions itself. */
  host?: HostSessions;
  /** Private hosts to which webhooks may be sent. All other private hosts are refused. Default: none. */
  webhookPrivateHosts?: readonly string[];
  /** Proxy through which UIS is reached, and the hosts that are reached without it. Default: none. */
  uisProxy?: Proxy | undefined;
  /** Proxy through which webhooks are sent, except those to private hosts. Default: none. */
  webhookProxy?: URL | undefined;
  clock?: Clock;
  log?: Logger;
  /** Returns a random number, 0 ≤ value < 1, for the jitter of retry delays. */
  random?: () => number;
  /** Meter of the lag by which the backend knows that it is overloaded. Default: that of the event loop. */
  lag?: LagMeter;
}

/** A running backend. Mount `router` at its base path. */
export interface Bff {
  router: Router;
  /** The routes that `router` serves. */
  routes: readonly Route[];
  /**
   * Router of the opt-out page `/stop`. Mount it at the root of `publicUrl`. `router` serves the same page
   * under its own base path.
   */
  optOutPage: Router;
  /** Answers 404 to every request. Mount it last, unless other parts of the application follow. */
  unknownPaths: Router;
  /** Metrics for the operator. `router` does not serve them. */
  metrics: Metrics;
  /**
   * Prepares for shutdown. The readiness check fails, no new attempt begins, and attempts under way get at most
   * `graceMs` milliseconds to end. The backend still answers requests and accepts calls; the next process dials
   * these calls.
   */
  drain(graceMs?: number): Promise<void>;
  /** Drains, then closes the database. */
  close(graceMs?: number): Promise<void>;
}

const MINUTE = 60_000;
const PRUNE_EVERY = 10 * MINUTE;
const SESSION_LIFETIME = { idle: 30 * MINUTE, absolute: 12 * 60 * MINUTE };

/**
 * Builds the backend. A call request passes through these parts, in this order: session, policy, ledger, UIS,
 * ledger again, and the events sent to the browser.
 *
 * @throws Error when the database cannot be opened or does not guarantee durable commits
 */
export async function createBff(options: BffOptions): Promise<Bff> {
  const { clock = systemClock, log = createLogger("info") } = options;
  const db = await (options.open ?? openDatabase)(options.databaseUrl);
  const cipher = await openNumberCipher(db, options.sessionSecrets);
  const tenants = tenantsOf(options.configuration);
  const receivers = new Receivers(db, cipher, clock, tenants.values());
  const [overload, streams] = [createOverloadGuard(options.lag), new OpenStreams()];
  const load = () => ({ work: overload.inWork(), streams: streams.count });
  const metrics = new Metrics(clock, () => gaugesOf(db, receivers), load);
  const services: Services = { options, db, cipher, clock, log, metrics, tenants };
  const calls = callParts(services, receivers);
  const sessions = sessionParts(services);
  let draining = false;
  const optOutPage = optOutRoutes({ optOuts: new OptOuts(db, cipher, clock, log), log });
  const limits = new RateLimits(db, cipher, clock, log);
  const routes: Route[] = [
    ...sessionRoutes({ ...services, proofs: sessions.proofs, rateLimits: limits, streams }),
    ...callRoutes({ ...services, ...calls, proofs: sessions.proofs, rateLimits: limits, streams }),
    ...proofRoutes(sessions.proofs),
    ...optOutPage,
    ...healthRoutes({
      ...{ db, clock, draining: () => draining },
      overloaded: () => overload.overloaded(),
      openCircuits: () => openCircuitsOf(calls.breakers),
    }),
    ...widgetRoutes(readEmbedBundle()),
  ];
  const before = handlersBefore(services);
  const secure = isSecure(options.publicUrl);
  const router = createRouter(routes, {
    ...{ before, tenants, limits, log, overload: overload.guard, sessions: sessions.middleware },
    secure,
    pages: pagesOf(services, routes),
  });

  const pruning = pruningOf(services, sessions);
  await calls.dispatcher.start();
  calls.outboxWorker.start();
  calls.retention.start();
  pruning.start();
  const drain = async (graceMs = 20_000): Promise<void> => {
    draining = true;
    // A call that is still under way after the grace period stays `dialing` in the database. The next process
    // recovers it.
    const ended = Promise.race([calls.dialler.drain(), clock.sleep(graceMs)]);
    await Promise.all([ended, calls.outboxWorker.stop(), calls.retention.stop()]);
    // Stops the dispatcher last, because its heartbeat keeps other instances from recovering this instance's
    // calls.
    await calls.dispatcher.stop();
  };
  return {
    router,
    routes,
    metrics,
    optOutPage: createOpenRouter(optOutPage, { before, secure, log, overload: overload.guard }),
    unknownPaths: createNotFoundRouter({ before, secure, log }),
    drain,
    async close(graceMs) {
      await drain(graceMs);
      await pruning.stop();
      overload.stop();
      await db.close();
    },
  };
}

/** Services that all parts share. */
interface Services {
  options: BffOptions;
  db: Database;
  cipher: NumberCipher;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  tenants: ReadonlyMap<string, Tenant>;
}

const tenantsOf = ({ tenants }: Configuration): ReadonlyMap<string, Tenant> =>
  new Map(tenants.map((tenant) => [tenant.id, tenant]));

/**
 * Builds the parts that send calls from the ledger to UIS, and notifications from the outbox to the tenants'
 * webhooks.
 */
function callParts({ options, db, cipher, clock, log, metrics, tenants }: Services, receivers: Receivers) {
  const { random = Math.random } = options;
  const owner = randomUUID();
  const feed = new CallFeed((call) => metrics.changed(call));
  const quotas = new CallQuotas(tenants, cipher);
  const notices = new OptOutNotices(tenants, cipher, options.publicUrl);
  const context = { owner, quotas, notices };
  const ledger = new Ledger(db, cipher, clock, context);
  const attempts = new Attempts(db, clock, context);
  const breakers = circuitBreakers(options, db, clock, log);
  const dialler = new Dialler({ attempts, cipher, feed, tenants, breakers, clock, log, random });
  const instances = new Instances(db, clock, owner);
  const dispatcher = new Dispatcher({
    attempts,
    instances,
    dialler,
    feed,
    pauseLog: new PauseLog(db, log),
    clock,
    log,
  });
  const send = createWebhookSender({
    clock,
    privateHosts: options.webhookPrivateHosts ?? [],
    proxy: options.webhookProxy,
  });
  const outboxWorker = new OutboxWorker({
    outbox: new Outbox(db, clock),
    receivers,
    cipher,
    tenants,
    send,
    clock,
    log,
    random,
  });
  const retention = new Retention({ db, tenants, clock, log });
  return { feed, ledger, breakers, dialler, dispatcher, outboxWorker, retention };
}

/** Builds sessions, the backend's own or the host application's, and the proofs of work required in them. */
function sessionParts({ options, db, cipher, clock, log, tenants }: Services) {
  const { host, sessionSecrets: secrets, publicUrl } = options;
  const store = new SessionStore(db, clock, SESSION_LIFETIME);
  const meter = new AttackMeter(db, cipher, clock);
  const addresses = new AddressNumbers(db, cipher, clock);
  const proofs = new ProofGate(createProofDesk(secrets, clock), meter, addresses);
  const middleware =
    host === undefined
      ? sessionMiddleware({ store, tenants: tenants.keys(), secrets, secure: isSecure(publicUrl), log })
      : hostSessionMiddleware(host, cipher);
  return { middleware, proofs, store, meter };
}

/** Builds the background loop that deletes expired rows. */
function pruningOf(
  { db, clock, log }: Services,
  { store, meter }: Pick<ReturnType<typeof sessionParts>, "store" | "meter">,
): BackgroundLoop {
  const prunes = [
    () => store.prune(),
    () => meter.prune(),
    () => pruneCounts(db, clock.now()),
    () => pruneUses(db, clock.now()),
    () => pruneOptOutCodes(db, clock.now()),
  ];
  const onError = (error: unknown): void => log.error({ err: error }, "expired rows could not be deleted");
  return new BackgroundLoop({
    ...{ clock, everyMs: PRUNE_EVERY, waitFirst: true, onError },
    async turn() {
      // Catches the error of each deletion, so that the next deletions still run.
      for (const prune of prunes) await prune().catch(onError);
    },
  });
}

/** Builds the handlers that run first for each request. */
const handlersBefore = ({ log, clock, metrics }: Services): RequestHandler[] => [
  watchConnections(log),
  accessLog(log, clock, metrics),
  securityHeaders(),
  noStore,
  plainProxyHeaders,
  warnOfUnreadableAddress(log),
];

const isSecure = (publicUrl: URL): boolean => publicUrl.protocol === "https:";

/** Builds the handlers that determine the site relation of a page and set the CORS headers for the page. */
function pagesOf({ options, log }: Services, routes: readonly Route[]): RequestHandler[] {
  const asked = METHODS.filter((method) =>
    routes.some((row) => row.session !== "none" && row.method === method),
  );
  return [siteRelationMiddleware(options.publicUrl), ...corsFor(options.configuration.tenants, asked, log)];
}

/** Builds one circuit breaker per tenant, because each tenant has its own UIS account. */
function circuitBreakers(
  { configuration, sessionSecrets, uisProxy: proxy }: BffOptions,
  db: Database,
  clock: Clock,
  log: Logger,
): Map<string, CircuitBreaker> {
  const clientFor = ({ uis }: Tenant): UisClient => {
    // Creates no shared token for SQLite, because only one process uses a SQLite database.
    if (db.engine === "sqlite") return createV1Client({ ...uis, clock, proxy });
    const sharedToken = createSharedToken(db, `${uis.url} ${uis.login}`, sessionSecrets, clock);
    return createV1Client({ ...uis, sharedToken, clock, proxy });
  };
  const breaker = (tenant: Tenant): CircuitBreaker =>
    createCircuitBreaker(clientFor(tenant), clock, ({ code }) => {
      log.error(
        { tenant: tenant.id, code },
        "UIS refuses the account: nothing is dialled for the tenant for five minutes",
      );
    });
  return new Map(configuration.tenants.map((tenant) => [tenant.id, breaker(tenant)]));
}

function openCircuitsOf(breakers: Map<string, CircuitBreaker>): Map<string, OpenCircuit> {
  const open = new Map<string, OpenCircuit>();
  for (const [tenant, breaker] of breakers) {
    const circuit = breaker.opened();
    if (circuit !== undefined) open.set(tenant, circuit);
  }
  return open;
}
