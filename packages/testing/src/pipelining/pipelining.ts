import { connect, type Socket } from "node:net";
import { type Clock, createLogger, type Metrics, systemClock } from "@uis-call/bff";
import type { RequestHandler } from "express";
import expressSession from "express-session";
import { ACCOUNT, acmeYaml, ORIGIN, PUBLIC_URL, withoutLimits } from "../acme.js";
import { startStack } from "../stack.js";
import { startTestBff } from "../test-bff.js";
import { type Answer, Visitor } from "../visitor.js";

/** Where to open raw TCP connections to a backend: its port and its path. */
export interface Address {
  port: number;
  /** Path at which the routes of the backend are mounted. */
  base: string;
  /** Origin of the page that sends the requests. Default: {@link ORIGIN}. */
  origin?: string;
}

/** A running backend to which the tests send raw HTTP requests. */
export interface Site extends Address {
  kind: SiteKind;
  visitor(): Visitor;
  metrics: Metrics;
  /** Returns the lines of the log that report a fault of the backend. No request of a client may cause such a line. */
  faults(): string[];
  stop(): Promise<unknown>;
}

/** How the backend runs: with a server of its own, or mounted in a host application. */
export type SiteKind = "by itself" | "in a host application";

const FAULT = /"code":"internal"|a response could not be written|could not be cleaned up/;

/** Starts a backend of this kind, without rate limits. */
export function startSite(kind: SiteKind, clock: Clock = systemClock): Promise<Site> {
  return kind === "by itself" ? startBare(clock) : startMounted(clock);
}

async function startBare(clock: Clock): Promise<Site> {
  const lines: string[] = [];
  const bff = await startTestBff({
    clock,
    measuresLag: true,
    configure: withoutLimits,
    log: (line) => keepFault(lines, line),
  });
  return {
    kind: "by itself",
    port: Number(new URL(bff.url).port),
    base: "/api",
    visitor: () => bff.visitor(),
    metrics: bff.metrics,
    faults: () => lines,
    stop: () => bff.stop(),
  };
}

/**
 * Starts a host application in which the backend is mounted. The host application has sessions, an event stream and a
 * page of its own.
 */
async function startMounted(clock: Clock): Promise<Site> {
  const lines: string[] = [];
  const stream: RequestHandler = (_request, response) =>
    void response.type("text/event-stream").write(":\n\n");
  const stack = await startStack({
    simulator: { accounts: [ACCOUNT] },
    yaml: (uis) => acmeYaml(uis),
    variable: () => ACCOUNT.password,
    configure: withoutLimits,
    publicUrl: PUBLIC_URL,
    clock,
    log: createLogger("info", (line) => keepFault(lines, line)),
    host: { session: (request) => request.session, user: () => undefined },
    mount: (app, { router, optOutPage }) =>
      app
        .set("trust proxy", "loopback")
        .use(expressSession({ secret: "host secret", resave: false, saveUninitialized: false }))
        .use("/call", router)
        .use(optOutPage)
        .get("/host/stream", stream)
        .get("/host/page", (_request, response) => void response.send("page")),
  });
  return {
    kind: "in a host application",
    port: Number(new URL(stack.url).port),
    base: "/call",
    visitor() {
      const visitor = new Visitor(`${stack.url}/call`);
      visitor.headers = { "x-forwarded-proto": "https" };
      return visitor;
    },
    metrics: stack.bff.metrics,
    faults: () => lines,
    stop: () => stack.stop(),
  };
}

function keepFault(lines: string[], line: string): void {
  if (FAULT.test(line)) lines.push(line);
}

/** Returns how many requests and event streams the backend has open now, according to its metrics. */
export async function inHand({ metrics }: Site): Promise<Record<string, number>> {
  const text = await metrics.text();
  const names = ["uis_call_requests_in_flight", "uis_call_requests_in_work", "uis_call_streams_open"];
  return Object.fromEntries(
    names.map((name) => [name, Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1])]),
  );
}

export const NOTHING_IN_HAND = {
  uis_call_requests_in_flight: 0,
  uis_call_requests_in_work: 0,
  uis_call_streams_open: 0,
};

/** A session with two calls. The call `open` is not over, so its event streams stay open. The call `over` is over. */
export interface Guest {
  visitor: Visitor;
  open: string;
  over: string;
}

let numbers = 0;

/** Requests a call for next week, so that it is never dialled. @returns the id of the call */
export async function placeLater(visitor: Visitor, now: Date): Promise<string> {
  const phone = `+7900${String(1_000_000 + numbers++).padStart(7, "0")}`;
  const at = new Date(now.getTime() + 7 * 86_400_000).toISOString();
  const { body } = await unlessOverloaded(() => visitor.call({ target: "sales", phone, at }));
  if (body.status !== "scheduled") throw new Error(`no call was taken: ${JSON.stringify(body)}`);
  return body.id;
}

/**
 * Repeats a request for as long as the backend refuses it because of overload. The test itself may overload the machine
 * for seconds.
 */
export async function unlessOverloaded<Body extends { code?: string }>(
  send: () => Promise<Answer<Body>>,
): Promise<Answer<Body>> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await send();
    if (answer.body.code !== "overloaded" || Date.now() > deadline) return answer;
    await systemClock.sleep(200);
  }
}

/** Opens a session and requests the two calls of a {@link Guest}. */
export async function arrive(site: Site, clock: Clock = systemClock): Promise<Guest> {
  const visitor = site.visitor();
  await unlessOverloaded(() => visitor.open());
  const [open, over] = [await placeLater(visitor, clock.now()), await placeLater(visitor, clock.now())];
  await visitor.send("DELETE", `/calls/${over}`);
  return { visitor, open, over };
}

/** Writes HTTP requests as text. Tests can then send them in ways in which no browser does. */
export class RawRequests {
  readonly #site: Address;
  readonly #guest: Guest;

  constructor(site: Address, guest: Guest) {
    this.#site = site;
    this.#guest = guest;
  }

  get stream(): string {
    return this.of("GET", `/calls/${this.#guest.open}/events`);
  }

  get endedStream(): string {
    return this.of("GET", `/calls/${this.#guest.over}/events`);
  }

  get call(): string {
    return this.of("GET", `/calls/${this.#guest.open}`);
  }

  get cancel(): string {
    return this.of("DELETE", `/calls/${this.#guest.open}`);
  }

  get proof(): string {
    return this.of("GET", "/proof");
  }

  get place(): string {
    const phone = `+7900${String(1_000_000 + numbers++).padStart(7, "0")}`;
    const at = new Date(Date.now() + 86_400_000).toISOString();
    return this.of("POST", "/calls", { body: JSON.stringify({ target: "sales", phone, at }) });
  }

  get session(): string {
    return this.of("POST", "/session", { body: '{"tenant":"acme"}' });
  }

  /** A request without its last bytes. The backend never receives its complete body. */
  get half(): string {
    return this.place.slice(0, -10);
  }

  get optOutCode(): string {
    const body = "code=123456";
    return this.of("POST", "/stop", { body, headers: "Content-Type: application/x-www-form-urlencoded\r\n" });
  }

  /**
   * Writes one HTTP request as text.
   *
   * @param path the path below the base path of the backend, or the complete path with the option `whole`
   */
  of(
    method: string,
    path: string,
    { body, headers = "", version = "1.1", whole = false }: RawOptions = {},
  ): string {
    const { cookie, csrfToken, sessionToken, tenant } = this.#guest.visitor;
    const session =
      sessionToken === undefined
        ? `Cookie: ${cookie ?? ""}\r\nX-CSRF-Token: ${csrfToken ?? ""}\r\n`
        : `Authorization: Bearer ${sessionToken}\r\n`;
    const { base, origin = ORIGIN } = this.#site;
    const length = body === undefined ? "" : `Content-Length: ${String(Buffer.byteLength(body))}\r\n`;
    const type =
      body === undefined || headers.includes("Content-Type") ? "" : "Content-Type: application/json\r\n";
    return (
      `${method} ${whole ? "" : base}${path}${whole ? "" : `?tenant=${tenant}`} HTTP/${version}\r\nHost: x\r\nOrigin: ${origin}\r\n${session}` +
      `X-Forwarded-Proto: https\r\nIdempotency-Key: ${crypto.randomUUID()}\r\n` +
      `${type}${length}${headers}\r\n${body ?? ""}`
    );
  }
}

interface RawOptions {
  body?: string;
  headers?: string;
  version?: string;
  whole?: boolean;
}

/** One TCP connection, with everything that was received on it. */
export class RawConnection {
  readonly socket: Socket;
  #text = "";

  constructor({ port }: Pick<Address, "port">) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk: Buffer) => (this.#text += chunk.toString("latin1")));
  }

  get text(): string {
    return this.#text;
  }

  /** Statuses of the HTTP responses that have been received so far, in order. */
  get statuses(): number[] {
    return [...this.#text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
  }

  /** Whether the server has closed the connection. */
  get closed(): boolean {
    return this.socket.destroyed || this.socket.readableEnded;
  }

  send(text: string): this {
    this.socket.write(text, "latin1");
    return this;
  }
}
