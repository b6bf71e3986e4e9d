import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Route, systemClock } from "@uis-call/bff";
import { createIdentityToken, sealNumber } from "@uis-call/bff/tokens";
import { Problem, ProofChallenge } from "@uis-call/shared";
import fc from "fast-check";
import { Pool } from "undici";
import { SCANNED } from "../acme.js";
import { startTestBff, type TestBff } from "../test-bff.js";
import type { Visitor } from "../visitor.js";
import { type FuzzRequest, fuzzRequests, OWN, OWN_TIME } from "./requests.js";
import { SITE, siteYaml } from "./site.js";

/** HTTP methods. Every path is requested with each of them, also with those that have no route. */
const METHODS = ["POST", "GET", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "LINK"];
const CONNECTIONS = 24;
/** Number of HTTP requests that are generated at a time. */
const BATCH = 500;
const PATIENCE_MS = 20_000;

export interface FuzzOptions {
  bodies: number;
  seed: number;
  /** The fuzzing ends early when this function returns true. */
  until?: (outcome: FuzzOutcome) => boolean;
  progress?: (outcome: FuzzOutcome) => void;
}

export interface FuzzOutcome {
  /** Number of bodies that were sent and for which an HTTP response arrived. */
  bodies: number;
  seconds: number;
  /** Number of requests for each combination of method and path. */
  routes: Map<string, number>;
  /**
   * Number of possible combinations of method and path: each path of the route table with each method of {@link
   * METHODS}.
   */
  routesThereAre: number;
  /** Number of HTTP responses for each combination of status and error code. */
  answers: Map<string, number>;
  /** Descriptions of wrong HTTP responses, with the requests that caused them. */
  findings: string[];
  /** Number of requests that UIS received. Any such request is a fault, because no request may lead to a call. */
  dials: number;
  /** Number of requests that the backend refused because it was overloaded. They were sent again. */
  overloaded: number;
  sessions: number;
  /** Bytes of memory in use on the heap, at the start and at the end. A large difference shows a memory leak. */
  heap: [number, number];
}

/** A path of the route table, with the methods for which it has routes. */
interface TablePath {
  path: string;
  methods: readonly string[];
}

/** Sends generated HTTP requests to a complete backend and checks the responses. The backend runs in this process. */
export async function fuzz({
  bodies,
  seed,
  until = () => false,
  progress,
}: FuzzOptions): Promise<FuzzOutcome> {
  const overloads: string[] = [];
  // Uses a database on disk, because the backend uses one in production.
  const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
  const bff = await startTestBff({
    measuresLag: true,
    databaseUrl: `sqlite:${join(folder, "calls.db")}`,
    yaml: siteYaml,
    log: (line) => {
      if (isOverload(line)) overloads.push(line);
    },
    trustProxy: false,
    publicUrl: new URL(SITE),
  });
  const pool = new Pool(new URL(bff.url).origin, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const table = pathsOf(bff.routes);
    const outcome: FuzzOutcome = {
      ...{ bodies: 0, seconds: 0, routes: new Map(), routesThereAre: table.length * METHODS.length },
      ...{ answers: new Map(), findings: [], dials: 0, overloaded: 0, sessions: 0, heap: [heapUsed(), 0] },
    };
    const run = new Run(bff, pool, table, outcome, overloads);
    await run.openAll();
    const requests = fuzzRequests(await run.challenge());
    const began = performance.now();
    for (let batch = 0; outcome.bodies < bodies && !until(outcome); batch++) {
      const numRuns = Math.min(BATCH, bodies - outcome.bodies);
      const queue = fc.sample(requests, { seed: seed + batch, numRuns }).entries();
      const first = batch * BATCH;
      await Promise.all(Array.from({ length: CONNECTIONS }, () => run.work(queue, first)));
      outcome.seconds = (performance.now() - began) / 1000;
      outcome.dials = bff.uis.records.length;
      if (batch % 50 === 0) outcome.heap[1] = heapUsed();
      progress?.(outcome);
    }
    outcome.heap[1] = heapUsed();
    return outcome;
  } finally {
    await pool.destroy();
    await bff.stop();
    rmSync(folder, { recursive: true });
  }
}

function pathsOf(routes: readonly Route[]): TablePath[] {
  return [...new Set(routes.map(({ path }) => path))].map((path) => ({
    path,
    methods: routes.filter((row) => row.path === path).map(({ method }) => method),
  }));
}

/** Runs the garbage collector, and then returns how many bytes of the heap are in use. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/**
 * An open session, with the values that requests of this session need. Its call is scheduled for next week, so it is
 * never dialled.
 */
interface Open {
  tenant: string;
  visitor: Visitor;
  call: string;
  key: string;
  sealed: string;
  at: string;
}

class Run {
  readonly #bff: TestBff;
  readonly #pool: Pool;
  readonly #table: TablePath[];
  readonly #outcome: FuzzOutcome;
  readonly #overloads: string[];
  #open: Open[] = [];
  #sent = 0;

  /** @param overloads the log lines about overload whose HTTP responses have not arrived yet */
  constructor(bff: TestBff, pool: Pool, table: TablePath[], outcome: FuzzOutcome, overloads: string[]) {
    this.#bff = bff;
    this.#pool = pool;
    this.#table = table;
    this.#outcome = outcome;
    this.#overloads = overloads;
  }

  async openAll(): Promise<void> {
    for (const tenant of ["asking", "proving", "sealing", "sealing"])
      this.#open.push(await this.#opened(tenant));
  }

  async #opened(tenant: string): Promise<Open> {
    for (;;) {
      const open = await this.#tryToOpen(tenant);
      if (open !== undefined) return open;
      await this.#afterOverload();
    }
  }

  /**
   * Opens a session and requests a call in it.
   *
   * @returns undefined if the backend refused the session or the call because it was overloaded
   */
  async #tryToOpen(tenant: string): Promise<Open | undefined> {
    const visitor = this.#bff.visitor();
    const token =
      tenant === "sealing"
        ? await createIdentityToken({ tenant, sub: "user", phone: "+79000000002" }, SCANNED.identitySecret)
        : undefined;
    const { status, body: session } = await visitor.open(tenant, { origin: SITE }, token);
    if (session.code === "overloaded") return undefined;
    if (status !== 200) throw new Error(`a session was refused: ${JSON.stringify(session)}`);
    const phone = `+7900${String(1_000_000 + this.#outcome.sessions++).padStart(7, "0")}`;
    const sealed = await sealNumber(
      { tenant: "sealing", target: "customer", phone, calls: 1 },
      SCANNED.sealingKey,
    );
    const open = {
      tenant,
      visitor,
      key: randomUUID(),
      sealed,
      at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    };
    if (tenant !== "sealing") return { ...open, call: randomUUID() };
    const { body } = await visitor.call(
      { target: "customer", sealedNumber: sealed, at: open.at },
      { origin: SITE, "idempotency-key": open.key },
    );
    if (body.code === "overloaded") return undefined;
    if (body.status !== "scheduled") throw new Error(`a call was not taken: ${JSON.stringify(body)}`);
    return { ...open, call: body.id };
  }

  async challenge(): Promise<ProofChallenge> {
    const visitor = this.#open[0]?.visitor;
    const answer = await visitor?.send<ProofChallenge>("GET", "/proof", undefined, { origin: SITE });
    return ProofChallenge.parse(answer?.body);
  }

  /**
   * Sends requests until there are no more. The iterator of requests is shared with other workers, so each request is
   * sent once.
   */
  async work(requests: Iterator<[number, FuzzRequest]>, first: number): Promise<void> {
    for (let next = requests.next(); next.done !== true; next = requests.next()) {
      const [number, request] = next.value;
      const { path, method } = this.#goal(request);
      const slot = request.session % this.#open.length;
      const finding = await this.#send(request, path, method, slot).catch(
        (error: unknown) => `no answer: ${error instanceof Error ? error.message : String(error)}`,
      );
      const name = `${method} ${path}`;
      if (finding !== undefined)
        this.#outcome.findings.push(
          `${name}, request ${String(first + number)}: ${finding}\n${textOf(request)}`,
        );
      this.#outcome.bodies++;
      this.#outcome.routes.set(name, (this.#outcome.routes.get(name) ?? 0) + 1);
    }
  }

  /**
   * Chooses the path and the method of a request. At first, each method is used with each path. After that, most
   * requests get a path and a method that fit their body.
   */
  #goal({ like, route, method }: FuzzRequest): { path: string; method: string } {
    const sweep = this.#sent++;
    const [paths, there] = [this.#table.length, this.#table.length * METHODS.length];
    const any = sweep < there ? sweep : route;
    const path = this.#table[any % paths]?.path ?? "";
    if (sweep < there) return { path, method: METHODS[Math.floor(sweep / paths)] ?? "" };
    const reading = this.#table.filter(({ methods }) => methods.includes("POST"));
    const fitting = reading.filter((one) => one.path === like);
    const [wanted] = method % 10 < 7 ? fitting : [];
    if (wanted !== undefined) return { path: wanted.path, method: "POST" };
    if (method % 10 < 5) return { path: reading[route % reading.length]?.path ?? path, method: "POST" };
    return { path, method: METHODS[method % METHODS.length] ?? "" };
  }

  /**
   * Sends a request and checks the HTTP response.
   *
   * @returns what is wrong with the response, or undefined if it is correct
   */
  async #send(request: FuzzRequest, path: string, method: string, slot: number): Promise<string | undefined> {
    const open = this.#open[slot];
    if (open === undefined) throw new Error("there is no such session");
    const query = request.query === OWN ? `?tenant=${open.tenant}` : request.query;
    const target = `/api${path.replace(/:\w+/g, request.id === OWN ? open.call : request.id)}${query}`;
    for (;;) {
      const answer = await this.#pool.request({
        method,
        path: target,
        headers: headersOf(request, open),
        body: ownBody(request, open),
        headersTimeout: PATIENCE_MS,
        bodyTimeout: PATIENCE_MS,
      });
      const { statusCode: status } = answer;
      if (status === 200 && String(answer.headers["content-type"]).startsWith("text/event-stream")) {
        answer.body.on("error", () => undefined).destroy();
        this.#count("200 stream");
        return undefined;
      }
      const text = await answer.body.text();
      const problem = status < 400 || method === "HEAD" ? undefined : problemIn(text);
      const turnedAway = status === 503 && problem === undefined && this.#overloads.length > 0;
      if (problem?.code === "overloaded" || turnedAway) {
        await this.#afterOverload();
        continue;
      }
      this.#count(problem === undefined ? String(status) : `${String(status)} ${problem.code}`);
      await this.#keepOpen(slot, open, request, {
        path,
        method,
        status,
        fresh: answer.headers["set-cookie"] !== undefined,
      });
      if (status >= 500) return `${String(status)} ${text.slice(0, 200)}`;
      // For errors, the opt-out page is HTML, which a person can read. All other routes send problem+json.
      const page = path.endsWith("/stop") && text.startsWith("<!doctype html>");
      if (status < 400 || method === "HEAD" || problem !== undefined || page) return undefined;
      return `${String(status)} without a problem: ${text.slice(0, 200)}`;
    }
  }

  /** Opens a new session in the same place if the request has ended the session. */
  async #keepOpen(
    slot: number,
    open: Open,
    { headers }: FuzzRequest,
    { path, method, status, fresh }: { path: string; method: string; status: number; fresh: boolean },
  ): Promise<void> {
    if (path !== "/session" || headers["cookie"] !== OWN) return;
    const ended = (method === "DELETE" && status === 204) || (method === "POST" && status === 200 && fresh);
    if (ended && this.#open[slot] === open) this.#open[slot] = await this.#opened(open.tenant);
  }

  async #afterOverload(): Promise<void> {
    this.#outcome.overloaded++;
    this.#overloads.pop();
    await systemClock.sleep(500);
  }

  #count(answer: string): void {
    this.#outcome.answers.set(answer, (this.#outcome.answers.get(answer) ?? 0) + 1);
  }
}

const ownBody = ({ body }: FuzzRequest, { sealed, at }: Open): Buffer =>
  Buffer.from(
    body.toString("latin1").replaceAll(`"${OWN}"`, `"${sealed}"`).replaceAll(`"${OWN_TIME}"`, `"${at}"`),
    "latin1",
  );

function headersOf({ headers }: FuzzRequest, open: Open): Record<string, string> {
  const own: Record<string, string | undefined> = {
    origin: SITE,
    "x-csrf-token": open.visitor.csrfToken,
    "idempotency-key": open.key,
    cookie: open.visitor.cookie,
  };
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const sent = value === OWN ? own[name] : value;
      return sent === undefined ? [] : [[name, sent]];
    }),
  );
}

/**
 * Returns whether a line of the log reports overload. The log is used because the opt-out page and responses to HEAD
 * contain no error code.
 */
const isOverload = (line: string): boolean =>
  line.includes('"code":"overloaded"') && /"msg":"(request failed|the opt-out page failed)"/.test(line);

/** Describes a request as a text. Each byte of the body becomes one character. */
const textOf = ({ id, query, headers, body }: FuzzRequest): string =>
  JSON.stringify({ id, query, headers, body: body.toString("latin1") });

function problemIn(text: string): Problem | undefined {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
