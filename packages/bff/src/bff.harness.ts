import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Account, UisSimulator } from "@uis-call/simulator";
import type { Call, ErrorCode, Problem, SessionResponse } from "@uis-call/shared";
import express, { type Router } from "express";
import { got, type Response } from "got";
import { createBff } from "./app.js";
import { type Clock, systemClock } from "./clock.js";
import { parseConfiguration } from "./config/configuration-file.js";
import type { Configuration } from "./config/configuration.js";
import { Secret } from "./config/secret.js";
import { createLogger } from "./log.js";
import { LeakScan, requireNone } from "./leak-scan.harness.js";
import { type Database, openDatabase } from "./store/database.js";

/** Values the leak scan looks for where they must not be. */
export const SCANNED = {
  password: "scanned-password-5e1f",
  office: "79000000101",
  groupOffice: "79000000111",
  identitySecret: "scanned-identity-secret-of-36-letters",
  sealingKey: Buffer.from("scanned-sealing-key-of-32-bytes!").toString("base64url"),
  webhookSecret: `whsec_${Buffer.from("scanned-webhook-secret-77").toString("base64")}`,
};

export const ORIGIN = "https://acme.example";
/** Same-site with {@link ORIGIN}; https://careful.example is another site. */
export const PUBLIC_URL = new URL("https://calls.acme.example");

const ACCOUNT: Account = { login: "acme-login", password: SCANNED.password, serviceNumbers: ["74990000000"] };

export const acmeYaml = (uisUrl: string, tenant = "", targets = ""): string => `
tenants:
  - id: acme
    name: { en: Acme, ru: Акме }
    locale: en
    origins: ["${ORIGIN}", "http://localhost:8080"]
    serviceNumber: "+74990000000"
    uis: { url: "${uisUrl}", login: acme-login, password: { env: UIS_PASSWORD } }
    numbers: { allow: ["+7"], deny: ["+7900111"] }
    ${/^ *proof:/m.test(tenant) ? "" : "proof: never"}
    ${tenant}
    targets:
      sales:
        title: { en: Sales, ru: Отдел продаж }
        office: "+${SCANNED.office}"
        firstCall: office
        switchAtOnce: false
        variables: [product]
        visitorMessage: { text: { ru: "Здравствуйте! Соединяем с отделом продаж.", en: "Hello! Connecting you to sales." } }
        officeMessage: { text: "Call back, {product}" }
        holdMusic: "Bad Kingdom-cut.mp3"
      support:
        title: { en: Support }
        office: [{ phones: [{ number: "+${SCANNED.groupOffice}", channels: 2, ringFor: 29 }, { number: "+79000000112" }], linesLimit: 2, dialingIncrement: 1, incrementalDialingTimeout: 1 }]
        queue: { timeout: 60 }
      ${targets}
  - id: careful
    name: Careful
    origins: [https://careful.example, https://careful.acme.example]
    serviceNumber: "+74990000000"
    uis: { url: "${uisUrl}", login: acme-login, password: { env: UIS_PASSWORD } }
    consent: { text: { en: I agree to be called back } }
    targets: { sales: { title: Sales, office: "+${SCANNED.office}" } }
`;

/** For `configure`: tenants that may be asked for as many calls as one likes, and ask for no proof. */
export const withoutLimits = ({ tenants }: Configuration): Configuration => ({
  tenants: tenants.map((tenant) => ({ ...tenant, limits: "none", proof: "never" })),
});

export interface TestBffOptions {
  databaseUrl?: string;
  /** Default: as the backend does. */
  open?: typeof openDatabase;
  clock?: Clock;
  /** Address of UIS; default: the simulator started along. */
  uisUrl?: string;
  /** Default: {@link PUBLIC_URL}. */
  publicUrl?: URL;
  /** Newest first, separated by commas. */
  sessionSecret?: string;
  /** A line of YAML for the first tenant. */
  tenant?: string;
  /** A line of YAML for its targets. */
  targets?: string;
  /** As TRUST_PROXY; `false`: nobody is trusted, and TLS ends here. Default: whoever asks. */
  trustProxy?: string | false;
  /** Changes the configuration before it is used. */
  configure?: (configuration: Configuration) => Configuration;
  /** The whole configuration instead, given the address of UIS. */
  yaml?: (uisUrl: string) => string;
  /** Takes each line of the log; default: they are kept. */
  log?: (line: string) => void;
}

const SECRETS: Record<string, string> = {
  WEBHOOK_SECRET: SCANNED.webhookSecret,
  IDENTITY_SECRET: SCANNED.identitySecret,
  SEALING_KEY: SCANNED.sealingKey,
};

/**
 * A backend and a simulator on real sockets. When it is stopped, everything it has logged, answered and written down is
 * searched for the numbers and secrets it was told: each test that starts one tests that, too.
 */
export async function startTestBff(options: TestBffOptions = {}) {
  const uis = new UisSimulator({ accounts: [ACCOUNT] });
  await uis.start({ port: 0 });
  const lines: string[] = [];
  const sessionSecret = options.sessionSecret ?? randomBytes(32).toString("hex");
  const secrets = {
    variable: (name: string) => SECRETS[name] ?? SCANNED.password,
    file: () => undefined,
  };
  const acme = (uisUrl: string) => acmeYaml(uisUrl, options.tenant, options.targets);
  const yaml = (options.yaml ?? acme)(options.uisUrl ?? uis.url);
  const configuration = parseConfiguration(yaml, secrets, "test.yaml");
  const leakScan = leakScanOf(sessionSecret);
  const visitors: Visitor[] = [];
  let database: Database | undefined;
  const bff = await createBff({
    open: async (url) => (database = await (options.open ?? openDatabase)(url)),
    configuration: options.configure?.(configuration) ?? configuration,
    databaseUrl: options.databaseUrl ?? "sqlite::memory:",
    sessionSecrets: sessionSecret.split(",").map((secret) => new Secret(secret)),
    publicUrl: options.publicUrl ?? PUBLIC_URL,
    clock: options.clock ?? systemClock,
    log: createLogger("debug", options.log ?? ((line) => lines.push(line))),
    webhookPrivateHosts: ["127.0.0.1"],
  });
  const server = serverOf(bff.router, options.trustProxy);
  await once(server, "listening");
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api`;
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
    /** Everything the backend has logged so far. */
    logged: () => lines.join(""),
    visitor: () => new Visitor(url, leakScan, visitors),
    async stop() {
      leakScan.uis(uis.received("place_calls"), uis.received("authenticate"));
      const asked = new Visitor(url, leakScan, visitors);
      await asked.send("GET", "/health/ready").catch(() => undefined);
      const inDatabase = await leakScan.findsInDatabase(db);
      server.close();
      server.closeAllConnections();
      await bff.close(0);
      await uis.stop();
      const told = leakScan.findsInAnswers([
        ...visitors.flatMap(({ seen }) => seen),
        withoutFractions(await bff.metrics.text()),
      ]);
      requireNone([...inDatabase, ...told, ...leakScan.findsInLog(lines)]);
    },
  };
}

/** What a sum of seconds has behind its point may be anybody's number. */
const withoutFractions = (metrics: string): string => metrics.replaceAll(/\.\d+/g, "");

function serverOf(router: Router, trustProxy: string | false = "loopback"): Server {
  const app = express().set("trust proxy", trustProxy).use("/api", router);
  return createServer((request, response) => {
    if (trustProxy === false) Object.assign(request.socket, { encrypted: true });
    // As the proxy would that ends TLS.
    else request.headers["x-forwarded-proto"] ??= "https";
    app(request, response);
  }).listen(0, "127.0.0.1");
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

export interface Answer<Body> {
  status: number;
  body: Body;
  headers: Response["headers"];
  text: string;
}

/** A call, or the members of a problem that a call does not have. */
export type CallAnswer = Answer<Call & { code: ErrorCode; at?: string; retryAfter?: number }>;

type Headers = Record<string, string | undefined>;

const written = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

/** One browser: keeps its cookie or bearer and CSRF token, sends what a page of the tenant would send. */
export class Visitor {
  readonly #url: string;
  /** Sent with every request, e.g. those of a proxy. */
  headers: Headers = {};
  /** Where the page is that opened the session. */
  #origin = ORIGIN;
  readonly #leakScan: LeakScan;
  cookie: string | undefined;
  csrfToken: string | undefined;
  /** On a page of another site. */
  sessionToken: string | undefined;
  /** Text of every answer received. */
  readonly seen: string[] = [];

  /**
   * @param leakScan where to note what it sends and is given
   * @param among where to note itself
   */
  constructor(url: string, leakScan = new LeakScan(), among: Visitor[] = []) {
    this.#url = url;
    this.#leakScan = leakScan;
    among.push(this);
  }

  /** Goes to another page. */
  at(origin: string): void {
    this.#origin = origin;
  }

  async open(
    tenant = "acme",
    headers: Headers = {},
    token?: string,
  ): Promise<Answer<SessionResponse & Problem>> {
    this.at(headers["origin"] ?? this.headers["origin"] ?? ORIGIN);
    const body = { tenant, ...(token !== undefined && { token }) };
    const answer = await this.send<SessionResponse & Problem>("POST", "/session", body, headers);
    if (answer.status === 200) ({ csrfToken: this.csrfToken, sessionToken: this.sessionToken } = answer.body);
    this.#leakScan.credential(this.csrfToken);
    this.#leakScan.credential(this.sessionToken);
    return answer;
  }

  call(body: object, headers: Headers = {}): Promise<CallAnswer> {
    return this.send("POST", "/calls", body, { "idempotency-key": randomUUID(), ...headers });
  }

  read(id: string): Promise<CallAnswer> {
    return this.send("GET", `/calls/${id}`);
  }

  /** The call's states, as its event stream tells them. */
  async *follow(id: string): AsyncGenerator<Call> {
    const headers = written({ cookie: this.cookie, ...this.#bearer() });
    const stream = got.stream(`${this.#url}/calls/${id}/events`, { headers });
    let rest = "";
    for await (const chunk of stream) {
      rest += String(chunk);
      const events = rest.split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const data = /^data: ?(.*)$/m.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data) as Call;
      }
    }
  }

  /** Reads the call until it is as wished for. */
  async until(id: string, status: Call["status"]): Promise<Call> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const { body } = await this.read(id);
      if (body.status === status) return body;
      if (Date.now() > deadline) throw new Error(`the call is still ${body.status}, not ${status}`);
      await systemClock.sleep(20);
    }
  }

  #bearer(): Headers {
    if (this.sessionToken === undefined) return {};
    return { origin: this.#origin, authorization: `Bearer ${this.sessionToken}` };
  }

  async send<Body = Problem>(
    method: "GET" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PUT" | "PATCH" | "TRACE",
    path: string,
    body?: object | string,
    headers: Headers = {},
  ): Promise<Answer<Body>> {
    const all: Headers = {
      origin: this.#origin,
      "accept-language": "en",
      cookie: this.cookie,
      "x-csrf-token": this.csrfToken,
      ...this.#bearer(),
      "content-type": body === undefined ? undefined : "application/json",
      ...this.headers,
      ...headers,
    };
    this.#leakScan.request(body);
    const response = await got(this.#url + path, {
      method,
      headers: written(all),
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
    const [cookie] = response.headers["set-cookie"] ?? [];
    if (cookie !== undefined) this.cookie = cookie.split(";")[0];
    this.#leakScan.credential(this.cookie?.split("=")[1]);
    this.seen.push(response.body + JSON.stringify(response.headers));
    const text = response.body;
    const parsed: unknown = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: response.statusCode, body: parsed as Body, headers: response.headers, text };
  }
}
