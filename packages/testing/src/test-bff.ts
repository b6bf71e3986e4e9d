import { randomBytes } from "node:crypto";
import {
  type Bff,
  type Clock,
  type Configuration,
  createLogger,
  type Database,
  openDatabase,
  systemClock,
} from "@uis-call/bff";
import type { Express, RequestHandler } from "express";
import { ACCOUNT, acmeYaml, SCANNED, PUBLIC_URL } from "./acme.js";
import { LeakScan, requireNone } from "./leak-scan.js";
import { startStack } from "./stack.js";
import { Visitor } from "./visitor.js";

export interface TestBffOptions {
  databaseUrl?: string;
  /** Function that opens the database. Default: the one that the backend itself uses. */
  open?: typeof openDatabase;
  clock?: Clock;
  /**
   * Whether the backend refuses requests while the event loop of this process lags. Default: false, because other tests
   * in this process and on this machine would make it refuse requests.
   */
  measuresLag?: boolean;
  /** URL of UIS. Default: that of the simulator, which is started with the backend. */
  uisUrl?: string;
  /** Default: {@link PUBLIC_URL}. */
  publicUrl?: URL;
  /** Session secrets, newest first, separated by commas. */
  sessionSecret?: string;
  /** A line of YAML that is added to the configuration of the first tenant. */
  tenant?: string;
  /** A line of YAML that is added to `targets` of the first tenant. */
  targets?: string;
  /**
   * Value of TRUST_PROXY. By default, clients on this computer are trusted as proxies, and requests arrive as if such a
   * proxy ended TLS. With `false`, no proxy is trusted, and requests arrive as if the backend's server ended TLS.
   */
  trustProxy?: string | false;
  /** Changes the configuration before the backend uses it. */
  configure?: (configuration: Configuration) => Configuration;
  /** Returns the YAML text of the configuration, in place of `acmeYaml`. The parameter is the URL of UIS. */
  yaml?: (uisUrl: string) => string;
  /**
   * Receives each line of the log. By default, the lines are stored: `logged` returns them, and `stop` searches them
   * for secrets.
   */
  log?: (line: string) => void;
}

const SECRETS: Record<string, string> = {
  WEBHOOK_SECRET: SCANNED.webhookSecret,
  IDENTITY_SECRET: SCANNED.identitySecret,
  SEALING_KEY: SCANNED.sealingKey,
};

const NO_LAG = { median: () => 0, lasting: () => 0, stop: () => undefined };

/**
 * Starts a backend and a simulator, each with a real server. `stop` searches the backend's log, HTTP responses and
 * database for the telephone numbers and secrets that the backend has received, and throws if it finds one. So every
 * test that uses a backend also tests that the backend leaks nothing.
 */
export async function startTestBff(options: TestBffOptions = {}) {
  const lines: string[] = [];
  const sessionSecret = options.sessionSecret ?? randomBytes(32).toString("hex");
  const leakScan = leakScanOf(sessionSecret);
  const visitors: Visitor[] = [];
  let database: Database | undefined;
  const stack = await startStack({
    simulator: { accounts: [ACCOUNT] },
    uisUrl: options.uisUrl,
    yaml: options.yaml ?? ((uis) => acmeYaml(uis, options.tenant, options.targets)),
    variable: (name) => SECRETS[name] ?? SCANNED.password,
    configure: options.configure,
    databaseUrl: options.databaseUrl,
    open: async (url) => (database = await (options.open ?? openDatabase)(url)),
    sessionSecret,
    publicUrl: options.publicUrl ?? PUBLIC_URL,
    clock: options.clock ?? systemClock,
    log: createLogger("debug", options.log ?? ((line) => lines.push(line))),
    webhookPrivateHosts: ["127.0.0.1"],
    ...(options.measuresLag !== true && { lag: NO_LAG }),
    mount: (app, bff) => mountBehindProxy(app, bff, options.trustProxy),
  });
  const { uis, bff } = stack;
  const url = `${stack.url}/api`;
  if (database === undefined) throw new Error("the backend has opened no database");
  const db = database;
  return {
    uis,
    url,
    router: bff.router,
    routes: bff.routes,
    metrics: bff.metrics,
    drain: () => bff.drain(),
    database: db,
    sessionSecret,
    leakScan,
    /** Returns everything that the backend has logged so far. */
    logged: () => lines.join(""),
    visitor: () => new Visitor(url, leakScan, visitors),
    async stop() {
      leakScan.uis(uis.received("place_calls"), uis.received("authenticate"));
      const asked = new Visitor(url, leakScan, visitors);
      await asked.send("GET", "/health/ready").catch(() => undefined);
      const inDatabase = await leakScan.findsInDatabase(db);
      await stack.stop();
      const told = leakScan.findsInAnswers([
        ...visitors.flatMap(({ seen }) => seen),
        withoutFractions(await bff.metrics.text()),
      ]);
      requireNone([...inDatabase, ...told, ...leakScan.findsInLog(lines)]);
    },
  };
}

/** Removes the decimal places of metrics, because they may by chance contain the digits of a telephone number. */
const withoutFractions = (metrics: string): string => metrics.replaceAll(/\.\d+/g, "");

/**
 * Mounts the backend so that requests arrive as if a proxy had ended TLS. With `trustProxy: false`, they arrive as if
 * the server itself had ended TLS.
 */
function mountBehindProxy(app: Express, { router }: Bff, trustProxy: string | false = "loopback"): void {
  const withTls: RequestHandler = (request, _response, next) => {
    if (trustProxy === false) Object.assign(request.socket, { encrypted: true });
    else request.headers["x-forwarded-proto"] ??= "https";
    next();
  };
  app.set("trust proxy", trustProxy).use(withTls).use("/api", router);
}

function leakScanOf(sessionSecret: string): LeakScan {
  const leakScan = new LeakScan();
  leakScan.number(SCANNED.office);
  leakScan.number(SCANNED.groupOffice);
  const { password, identitySecret, sealingKey, webhookSecret } = SCANNED;
  leakScan.secret(sessionSecret, password, identitySecret, sealingKey, webhookSecret.slice("whsec_".length));
  return leakScan;
}

export type TestBff = Awaited<ReturnType<typeof startTestBff>>;
