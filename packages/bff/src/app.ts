import { randomUUID } from "node:crypto";
import { type RequestHandler, Router } from "express";
import helmet from "helmet";
import { CallFeed } from "./calls/call-feed.js";
import { Dialler } from "./calls/dialler.js";
import { Dispatcher } from "./calls/dispatcher.js";
import { Instances } from "./calls/instances.js";
import { Ledger } from "./calls/ledger.js";
import { Permits } from "./calls/permits.js";
import { type Clock, systemClock } from "./clock.js";
import type { Configuration, Tenant } from "./config/configuration.js";
import type { Secret } from "./config/secret.js";
import { Courier } from "./handover/courier.js";
import { Outbox } from "./handover/outbox.js";
import { createWebhookSender } from "./handover/webhook.js";
import { createLogger, type Logger } from "./log.js";
import { accessLog } from "./routes/access-log.js";
import { callRoutes } from "./routes/calls.js";
import { healthRoutes } from "./routes/health.js";
import { createOverloadGuard } from "./routes/overload.js";
import { notFound, problemHandler } from "./routes/problem.js";
import { sessionRoutes } from "./routes/session.js";
import { readEmbedBundle, widgetRoutes } from "./routes/widget.js";
import { corsFor } from "./session/origin.js";
import { sessionMiddleware } from "./session/session.js";
import { SessionStore } from "./session/session-store.js";
import { type Database, openDatabase } from "./store/database.js";
import { quarantinedSince } from "./store/quarantine.js";
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
  /** Browsers reach us by https, so the cookie is `Secure`. */
  secure: boolean;
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
  /**
   * Says that it is not ready any more, begins no further attempt and lets those under way end for at most `graceMs`.
   * Requests are still answered, and calls still accepted: for the next process to dial.
   */
  drain(graceMs?: number): Promise<void>;
  /** Drains, then closes the database. */
  close(graceMs?: number): Promise<void>;
}

const MINUTE = 60_000;
const SESSION_LIFETIME = { idle: 30 * MINUTE, absolute: 12 * 60 * MINUTE };

/**
 * Builds the backend. This is the whole of it, in the order a request passes:
 * session → who are you → may it be → write it down → ask UIS → write the answer → tell the browser.
 *
 * @throws Error when the database cannot be opened with the durability it needs
 */
export async function createBff(options: BffOptions): Promise<Bff> {
  const { configuration, clock = systemClock, log = createLogger("info"), random = Math.random } = options;
  const tenants = new Map(configuration.tenants.map((tenant) => [tenant.id, tenant]));
  const db = await (options.open ?? openDatabase)(options.databaseUrl);
  await tellQuarantine(db, log);
  const feed = new CallFeed();
  const owner = randomUUID();
  const ledger = new Ledger(db, clock, owner);
  const permits = new Permits(db, clock, owner);
  const accounts = uisAccounts(options, db, clock, log);
  const dialler = new Dialler({ permits, feed, tenants, accounts, clock, log, random });
  const instances = new Instances(db, clock, owner);
  const dispatcher = new Dispatcher({ permits, instances, dialler, feed, clock, log });
  const send = createWebhookSender({ clock, privateHosts: options.webhookPrivateHosts ?? [] });
  const courier = new Courier({ outbox: new Outbox(db, clock), tenants, send, clock, log, random });
  let draining = false;
  const overload = createOverloadGuard();
  const store = new SessionStore(db, clock, SESSION_LIFETIME);
  const pruning = setInterval(() => void store.prune().catch(noteFailure(log)), 10 * MINUTE).unref();

  const router = Router();
  router.use(accessLog(log, clock));
  router.use(securityHeaders());
  router.use(widgetRoutes(readEmbedBundle()));
  router.use(noStore);
  router.use(healthRoutes({ db, clock, draining: () => draining, stopped: () => stoppedAccounts(accounts) }));
  router.use(corsFor(configuration.tenants, log));
  router.use(sessionMiddleware({ store, secrets: options.sessionSecrets, secure: options.secure, log }));
  router.use(sessionRoutes({ tenants, clock, overload: overload.guard }));
  router.use(
    callRoutes({
      tenants,
      ledger,
      dialler,
      feed,
      clock,
      overload: overload.guard,
      shared: db.engine === "postgres",
    }),
  );
  router.use(notFound);
  router.use(problemHandler(log));

  await dispatcher.start();
  courier.start();
  const drain = async (graceMs = 20_000): Promise<void> => {
    draining = true;
    await Promise.all([dispatcher.stop(), courier.stop()]);
    // What is still under way after that stays `dialing` on disk, and is `unknown` to the next process.
    await Promise.race([dialler.drain(), clock.sleep(graceMs)]);
  };
  return {
    router,
    drain,
    async close(graceMs) {
      await drain(graceMs);
      clearInterval(pruning);
      overload.stop();
      await db.close();
    },
  };
}

async function tellQuarantine(db: Database, log: Logger): Promise<void> {
  const since = await quarantinedSince(db);
  if (since !== undefined)
    log.warn({ since }, "in quarantine: nothing is dialled until uis-call-bff release");
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

/** For an API that answers JSON to scripts: nothing in it is to be rendered, framed or loaded as a resource. */
const securityHeaders = () =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
  });

const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};

const noteFailure = (log: Logger) => (error: unknown) => {
  log.error({ err: error }, "expired sessions could not be deleted");
};
