import { randomUUID } from "node:crypto";
import type { RequestHandler, Router } from "express";
import { CallFeed } from "./calls/call-feed.js";
import { Dialler } from "./calls/dialler.js";
import { Dispatcher } from "./calls/dispatcher.js";
import { Instances } from "./calls/instances.js";
import { Ledger } from "./calls/ledger.js";
import { MoneyLimits } from "./calls/money-limits.js";
import { Permits } from "./calls/permits.js";
import { Retention } from "./calls/retention.js";
import { standingOf } from "./calls/standing.js";
import { StopNotices } from "./calls/stop-notices.js";
import { StopWatch } from "./calls/stop-watch.js";
import { type Clock, systemClock } from "./clock.js";
import type { Configuration, Tenant } from "./config/configuration.js";
import type { Secret } from "./config/secret.js";
import { Courier } from "./handover/courier.js";
import { Outbox } from "./handover/outbox.js";
import { createWebhookSender } from "./handover/webhook.js";
import { noStore, securityHeaders } from "./http/headers.js";
import { METHODS, type Route } from "./http/route.js";
import { createOpenRouter, createRouter } from "./http/router.js";
import { createLogger, type Logger } from "./log.js";
import { Metrics } from "./metrics.js";
import { AddressNumbers } from "./policy/address-numbers.js";
import { AttackMeter } from "./policy/attack-meter.js";
import { FloodLimits } from "./policy/flood-limits.js";
import { createProofDesk } from "./policy/proof.js";
import { ProofGate } from "./policy/proof-gate.js";
import { StopRequests } from "./policy/stop-requests.js";
import { accessLog } from "./routes/access-log.js";
import { callRoutes } from "./routes/calls.js";
import { watchConnections } from "./routes/connections.js";
import { healthRoutes } from "./routes/health.js";
import { OpenStreams } from "./routes/open-streams.js";
import { createOverloadGuard } from "./routes/overload.js";
import { proofRoutes } from "./routes/proof.js";
import { sessionRoutes } from "./routes/session.js";
import { readEmbedBundle, widgetRoutes } from "./routes/widget.js";
import { stopRoutes } from "./routes/stop-page.js";
import { embeddingMiddleware } from "./session/embedding.js";
import { type HostSessions, hostSessionMiddleware } from "./session/host-session.js";
import { corsFor } from "./session/origin.js";
import { sessionMiddleware } from "./session/session.js";
import { SessionStore } from "./session/session-store.js";
import { type Database, openDatabase } from "./store/database.js";
import { pruneCounts } from "./store/limit-counts.js";
import { type NumberVault, openNumberVault } from "./store/number-vault.js";
import { pruneStopCodes } from "./store/stop-codes.js";
import { type AccountStop, createUisAccount, type UisAccount } from "./uis/uis-account.js";
import { createKeyShare } from "./uis/key-share.js";
import type { UisClient } from "./uis/uis-client.js";
import { createV1Client } from "./uis/v1.js";

export interface BffOptions {
  configuration: Configuration;
  /** `sqlite:PATH` or `postgres://…` */
  databaseUrl: string;
  /** Opens it; default: `openDatabase`. */
  open?: (url: string) => Promise<Database>;
  /** Newest first; at least 32 characters each. */
  sessionSecrets: readonly Secret[];
  /** Where browsers reach us, and those who are called learn how to stop it. With `https:` the cookie is `Secure`, and what arrives without TLS is refused. */
  publicUrl: URL;
  /** Sessions and users of the application this is part of; default: sessions of our own. */
  host?: HostSessions;
  /** Hosts a tenant's webhook may go to although they are private; default: none. */
  webhookPrivateHosts?: readonly string[];
  clock?: Clock;
  log?: Logger;
  /** 0 ≤ value < 1 */
  random?: () => number;
}

/** A running backend, to be mounted at its base path. */
export interface Bff {
  router: Router;
  /** The rows that `router` serves. */
  routes: readonly Route[];
  /**
   * The page where whoever was called stops it, `/stop`, to be mounted where `publicUrl` is. The same page is in `router`.
   */
  stopPage: Router;
  /** For the operator alone: nothing of it is in `router`. */
  metrics: Metrics;
  /**
   * Says that it is not ready any more, begins no further attempt and lets those under way end for at most `graceMs`.
   * Requests are still answered, and calls still accepted: for the next process to dial.
   */
  drain(graceMs?: number): Promise<void>;
  /** Drains, then closes the database. */
  close(graceMs?: number): Promise<void>;
}

const MINUTE = 60_000;
const PRUNE_EVERY = 10 * MINUTE;
const SESSION_LIFETIME = { idle: 30 * MINUTE, absolute: 12 * 60 * MINUTE };

/**
 * Builds the backend. This is the whole of it, in the order a request passes:
 * session → who are you → may it be → write it down → ask UIS → write the answer → tell the browser.
 *
 * @throws Error when the database cannot be opened with the durability it needs
 */
export async function createBff(options: BffOptions): Promise<Bff> {
  const { clock = systemClock, log = createLogger("info") } = options;
  const db = await (options.open ?? openDatabase)(options.databaseUrl);
  const vault = await openNumberVault(db, options.sessionSecrets);
  const tenants = tenantsOf(options.configuration);
  const receivers = [...tenants.values()].filter(({ notify }) => notify !== undefined).map(({ id }) => id);
  const [overload, streams] = [createOverloadGuard(), new OpenStreams()];
  const load = () => ({ work: overload.inWork(), streams: streams.count });
  const metrics = new Metrics(clock, () => standingOf(db, receivers), load);
  const ground: Ground = { options, db, vault, clock, log, metrics, tenants };
  const calls = callParts(ground);
  const sessions = sessionParts(ground);
  let draining = false;
  const stopPage = stopRoutes({ requests: new StopRequests(db, vault, clock, log), log });
  const limits = new FloodLimits(db, vault, clock, log);
  const routes: Route[] = [
    ...sessionRoutes({ ...ground, proofs: sessions.proofs }),
    ...callRoutes({ ...ground, ...calls, proofs: sessions.proofs, flood: limits, streams }),
    ...proofRoutes(sessions.proofs),
    ...stopPage,
    ...healthRoutes({
      ...{ db, clock, draining: () => draining },
      overloaded: () => overload.overloaded(),
      stopped: () => stoppedAccounts(calls.accounts),
    }),
    ...widgetRoutes(readEmbedBundle()),
  ];
  const before = [watchConnections(log), accessLog(log, clock, metrics), securityHeaders(), noStore];
  const router = createRouter(routes, {
    ...{ before, tenants, limits, log, overload: overload.guard, sessions: sessions.middleware },
    secure: isSecure(options.publicUrl),
    pages: pagesOf(ground, routes),
  });

  await calls.dispatcher.start();
  calls.courier.start();
  calls.retention.start();
  const stopPruning = startPruning(ground, sessions);
  const drain = async (graceMs = 20_000): Promise<void> => {
    draining = true;
    // What is still under way after that stays `dialing` on disk, and is `unknown` to the next process.
    const ended = Promise.race([calls.dialler.drain(), clock.sleep(graceMs)]);
    await Promise.all([ended, calls.courier.stop(), calls.retention.stop()]);
    // Until then it gives signs of life, or others would take its calls for left behind.
    await calls.dispatcher.stop();
  };
  return {
    router,
    routes,
    metrics,
    stopPage: createOpenRouter(stopPage, { before, log, overload: overload.guard }),
    drain,
    async close(graceMs) {
      await drain(graceMs);
      await stopPruning();
      overload.stop();
      await db.close();
    },
  };
}

/** What everything stands on. */
interface Ground {
  options: BffOptions;
  db: Database;
  vault: NumberVault;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  tenants: ReadonlyMap<string, Tenant>;
}

const tenantsOf = ({ tenants }: Configuration): ReadonlyMap<string, Tenant> =>
  new Map(tenants.map((tenant) => [tenant.id, tenant]));

/** From the ledger to UIS, and to a person. */
function callParts({ options, db, vault, clock, log, metrics, tenants }: Ground) {
  const { random = Math.random } = options;
  const owner = randomUUID();
  const feed = new CallFeed((call) => metrics.changed(call));
  const limits = new MoneyLimits(tenants, vault);
  const notices = new StopNotices(tenants, vault, options.publicUrl);
  const grounds = { owner, limits, notices };
  const ledger = new Ledger(db, vault, clock, grounds);
  const permits = new Permits(db, clock, grounds);
  const accounts = uisAccounts(options, db, clock, log);
  const dialler = new Dialler({ permits, vault, feed, tenants, accounts, clock, log, random });
  const instances = new Instances(db, clock, owner);
  const dispatcher = new Dispatcher({
    permits,
    instances,
    dialler,
    feed,
    stops: new StopWatch(db, log),
    clock,
    log,
  });
  const send = createWebhookSender({ clock, privateHosts: options.webhookPrivateHosts ?? [] });
  const courier = new Courier({ outbox: new Outbox(db, clock), vault, tenants, send, clock, log, random });
  const retention = new Retention({ db, tenants, clock, log });
  return { feed, ledger, accounts, dialler, dispatcher, courier, retention };
}

/** Sessions of our own, or those of the application this is part of, and the proofs asked for in them. */
function sessionParts({ options, db, vault, clock, log }: Ground) {
  const { host, sessionSecrets: secrets, publicUrl } = options;
  const store = new SessionStore(db, clock, SESSION_LIFETIME);
  const meter = new AttackMeter(db, clock);
  const addresses = new AddressNumbers(db, vault, clock);
  const proofs = new ProofGate(createProofDesk(secrets, clock), meter, addresses, clock);
  const middleware =
    host === undefined
      ? sessionMiddleware({ store, secrets, secure: isSecure(publicUrl), log })
      : hostSessionMiddleware(host, vault);
  return { middleware, proofs, store, meter };
}

/** Deletes what has expired, again and again. @returns a function that ends it */
function startPruning(
  { db, clock, log }: Ground,
  { store, meter }: Pick<ReturnType<typeof sessionParts>, "store" | "meter">,
): () => Promise<void> {
  const prunes = [
    () => store.prune(),
    () => meter.prune(),
    () => pruneCounts(db, clock.now()),
    () => pruneStopCodes(db, clock.now()),
  ];
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (await clock.sleep(PRUNE_EVERY, stopping.signal)) {
      for (const prune of prunes) await prune().catch(noteFailure(log));
    }
  };
  const running = run();
  return () => {
    stopping.abort();
    return running;
  };
}

const isSecure = (publicUrl: URL): boolean => publicUrl.protocol === "https:";

/** How the page of a request stands to the backend, and what its script may read. */
function pagesOf({ options, log }: Ground, routes: readonly Route[]): RequestHandler[] {
  const asked = METHODS.filter((method) =>
    routes.some((row) => row.session !== "none" && row.method === method),
  );
  return [embeddingMiddleware(options.publicUrl), ...corsFor(options.configuration.tenants, asked, log)];
}

/** One account per tenant: the session key is the account's, not the call's. */
function uisAccounts(
  { configuration, sessionSecrets }: BffOptions,
  db: Database,
  clock: Clock,
  log: Logger,
): Map<string, UisAccount> {
  const clientFor = ({ uis }: Tenant): UisClient => {
    // One process has a SQLite file, and its keys, to itself.
    if (db.engine === "sqlite") return createV1Client({ ...uis, clock });
    const keyShare = createKeyShare(db, `${uis.url} ${uis.login}`, sessionSecrets, clock);
    return createV1Client({ ...uis, keyShare, clock });
  };
  const account = (tenant: Tenant): UisAccount =>
    createUisAccount(clientFor(tenant), clock, ({ code }) => {
      log.error(
        { tenant: tenant.id, code },
        "UIS refuses the account: nothing is dialled for the tenant for five minutes",
      );
    });
  return new Map(configuration.tenants.map((tenant) => [tenant.id, account(tenant)]));
}

function stoppedAccounts(accounts: Map<string, UisAccount>): Map<string, AccountStop> {
  const stopped = new Map<string, AccountStop>();
  for (const [tenant, account] of accounts) {
    const stop = account.stopped();
    if (stop !== undefined) stopped.set(tenant, stop);
  }
  return stopped;
}

const noteFailure = (log: Logger) => (error: unknown) => {
  log.error({ err: error }, "what has expired could not be deleted");
};
