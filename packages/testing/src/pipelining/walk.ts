import { systemClock } from "@uis-call/bff";
import fc from "fast-check";
import {
  arrive,
  type Guest,
  inHand,
  NOTHING_IN_HAND,
  placeLater,
  RawConnection,
  RawRequests,
  type Site,
  type SiteKind,
  startSite,
  unlessOverloaded,
} from "./pipelining.js";

/** Number of TCP connections that are open to each backend at the same time. */
const CONNECTIONS = 12;
const GUESTS = 4;
/** Milliseconds that requests and event streams may stay open after the last TCP connection has been closed. */
const PATIENCE_MS = 30_000;

export interface WalkOptions {
  seconds: number;
  seed: number;
  /** The run ends early when this function returns true. */
  until?: () => boolean;
  progress?: (outcome: WalkOutcome) => void;
}

export interface WalkOutcome {
  connections: number;
  requests: number;
  /** Number of HTTP responses for each status. Connections whose clients do not read are not counted. */
  answers: Map<number, number>;
  /** Number of TCP connections that the server has closed. */
  closed: number;
  /** Number of requests that the ordinary visitors sent. */
  others: number;
  /** Number of requests of the ordinary visitors that were refused because the backend was overloaded. */
  overloaded: number;
  /** Descriptions of the faults that were found. The list should be empty. */
  findings: string[];
  seconds: number;
}

/** What one client does on its TCP connection. */
interface Plan {
  requests: { kind: number; count: number }[];
  /** The packets in which the bytes are sent: the length of each packet, and the milliseconds to wait after it. */
  packets: { length: number; pause: number }[];
  http10: boolean;
  /** Whether the client reads the HTTP responses. */
  reads: boolean;
  /** Number of bytes at the end that are not sent. */
  cut: number;
  stay: number;
  leave: "destroy" | "reset" | "half-close" | "half-close and stay";
}

const KINDS: ((raw: RawRequests) => string)[] = [
  (raw) => raw.stream,
  (raw) => raw.stream,
  (raw) => raw.endedStream,
  (raw) => raw.call,
  (raw) => raw.proof,
  (raw) => raw.proof,
  (raw) => raw.place,
  (raw) => raw.session,
  (raw) => raw.half,
  (raw) => raw.optOutCode,
  (raw) => raw.cancel,
  (raw) => raw.stream.replace("GET", "HEAD"),
  (raw) => raw.of("OPTIONS", "/calls"),
  (raw) => raw.of("GET", "/health/live"),
  (raw) => raw.of("GET", "/health/ready"),
  (raw) => raw.of("GET", "/widget.js"),
  (raw) => raw.of("GET", "/stop"),
  (raw) => raw.of("GET", "/nowhere"),
  (raw) => raw.of("POST", "/session", { body: "{}", headers: "Expect: 100-continue\r\n" }),
  (raw) => raw.of("GET", "/proof", { headers: "Connection: close\r\n" }),
  () => "nonsense\r\n\r\n",
];
/** Requests to routes that belong to the host application itself. */
const HOSTED = [
  (raw: RawRequests) => raw.of("GET", "/host/page", { whole: true }),
  (raw: RawRequests) => raw.of("GET", "/host/stream", { whole: true }),
];

const plans: fc.Arbitrary<Plan> = fc.noBias(
  fc.record({
    requests: fc.array(
      fc.record({
        kind: fc.nat(),
        count: fc.oneof(
          { weight: 20, arbitrary: fc.integer({ min: 1, max: 2 }) },
          { weight: 1, arbitrary: fc.integer({ min: 3, max: 60 }) },
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    packets: fc.array(fc.record({ length: fc.integer({ min: 1, max: 4000 }), pause: fc.nat(40) }), {
      maxLength: 4,
    }),
    http10: fc.nat(9).map((n) => n === 0),
    reads: fc.nat(4).map((n) => n > 0),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(300)),
    // In the last range, a client stays longer than the time between two keep-alive messages of an event stream.
    stay: fc.oneof(
      { weight: 20, arbitrary: fc.nat(100) },
      { weight: 40, arbitrary: fc.integer({ min: 200, max: 600 }) },
      fc.integer({ min: 16_000, max: 17_000 }),
    ),
    leave: fc.constantFrom("destroy", "reset", "half-close", "half-close and stay"),
  }),
);

/**
 * Sends random pipelined HTTP requests to two backends: one with a server of its own, and one in a host application. No
 * browser sends such requests. At the same time, ordinary visitors use both backends. The process must not crash, the
 * ordinary visitors must be served, and no request or event stream may stay open after the last client has left.
 */
export async function walk({ seconds, seed, until, progress }: WalkOptions): Promise<WalkOutcome> {
  const outcome: WalkOutcome = {
    ...{ connections: 0, requests: 0, answers: new Map(), closed: 0, others: 0, overloaded: 0 },
    ...{ findings: [], seconds: 0 },
  };
  const note = (error: Error) => outcome.findings.push(`uncaught: ${error.stack ?? String(error)}`);
  process.on("uncaughtExceptionMonitor", note);
  const began = performance.now();
  const over = (): boolean => {
    outcome.seconds = (performance.now() - began) / 1000;
    progress?.(outcome);
    return outcome.seconds > seconds || until?.() === true;
  };
  try {
    const kinds: SiteKind[] = ["by itself", "in a host application"];
    await Promise.all(kinds.map((kind, n) => walkAt(kind, seed + n, outcome, over)));
  } finally {
    process.off("uncaughtExceptionMonitor", note);
  }
  return outcome;
}

async function walkAt(kind: SiteKind, seed: number, outcome: WalkOutcome, over: () => boolean) {
  const site = await startSite(kind);
  const guests = await Promise.all(Array.from({ length: GUESTS }, () => arrive(site)));
  const open = new Set<RawConnection>();
  let batch = 0;
  let queue: Plan[] = [];
  const next = (): Plan => {
    if (queue.length === 0) queue = fc.sample(plans, { seed: seed + 2 * batch++, numRuns: 200 });
    return drawn(queue.pop());
  };
  const client = async (n: number): Promise<void> => {
    while (!over()) await connectOnce(site, drawn(guests[n % GUESTS]), next(), open, outcome, over);
  };
  await Promise.all([
    ...Array.from({ length: CONNECTIONS }, (_, n) => client(n)),
    useMeanwhile(site, guests, outcome, over),
  ]);
  for (const { socket } of open) socket.destroy();
  outcome.findings.push(...(await leftIn(site)).map((finding) => `${kind}: ${finding}`));
  await site.stop();
}

async function connectOnce(
  site: Site,
  guest: Guest,
  plan: Plan,
  open: Set<RawConnection>,
  outcome: WalkOutcome,
  over: () => boolean,
): Promise<void> {
  const raw = new RawRequests(site, guest);
  const kinds = site.kind === "by itself" ? KINDS : [...KINDS, ...HOSTED];
  const requests = plan.requests.flatMap(({ kind, count }) =>
    Array.from({ length: count }, () => drawn(kinds[kind % kinds.length])(raw)),
  );
  let text = requests.join("");
  if (plan.http10)
    text = text.replaceAll("HTTP/1.1", "HTTP/1.0").replaceAll("Host: x", "Host: x\r\nConnection: keep-alive");
  text = text.slice(0, text.length - plan.cut);
  const connection = new RawConnection(site);
  open.add(connection);
  connection.socket.once("close", () => open.delete(connection));
  if (!plan.reads) connection.socket.pause();
  for (const { length, pause } of plan.packets) {
    connection.send(text.slice(0, length));
    text = text.slice(length);
    await systemClock.sleep(pause);
  }
  connection.send(text);
  outcome.connections++;
  outcome.requests += requests.length;
  for (let ms = 0; ms < plan.stay && !connection.closed && !over(); ms += 50) await systemClock.sleep(50);
  if (connection.closed) outcome.closed++;
  for (const status of connection.statuses)
    outcome.answers.set(status, (outcome.answers.get(status) ?? 0) + 1);
  if (plan.leave === "destroy" || connection.closed) connection.socket.destroy();
  else if (plan.leave === "reset") connection.socket.resetAndDestroy();
  else {
    connection.socket.end();
    if (plan.leave === "half-close") await systemClock.sleep(100);
    if (plan.leave === "half-close") connection.socket.destroy();
  }
}

function drawn<T>(one: T | undefined): T {
  if (one === undefined) throw new Error("there is nothing to draw from");
  return one;
}

/**
 * Uses the backend as ordinary visitors do. Also cancels the calls of the guests while event streams of these calls are
 * open.
 */
async function useMeanwhile(site: Site, guests: Guest[], outcome: WalkOutcome, over: () => boolean) {
  for (let n = 0; !over(); n++) {
    const visitor = site.visitor();
    const answers = [
      await visitor.open(),
      await visitor.send("GET", "/health/live"),
      await visitor.send("GET", "/proof"),
    ];
    for (const { status, body, text } of answers) {
      outcome.others++;
      const code = (body as { code?: string }).code;
      if (code === "overloaded") outcome.overloaded++;
      // "session_required" is correct if the visitor has no session because opening it was refused as overloaded.
      else if (status !== 200 && code !== "session_required")
        outcome.findings.push(`another visitor got ${String(status)}: ${text}`);
    }
    const guest = drawn(guests[n % GUESTS]);
    const { status } = await guest.visitor.send("DELETE", `/calls/${guest.open}`);
    if (status >= 500) outcome.findings.push(`a call could not be cancelled: ${String(status)}`);
    // Opens the session again, because a raw request of a client may have ended or changed it.
    await unlessOverloaded(() => guest.visitor.open());
    [guest.open, guest.over] = [await placeLater(guest.visitor, new Date()), guest.open];
    await systemClock.sleep(100);
  }
}

/**
 * Checks a backend after all clients have left. Returns what is wrong: logged faults, requests that are still open, and
 * visitors that are refused.
 */
async function leftIn(site: Site): Promise<string[]> {
  const findings = [...site.faults()];
  const deadline = performance.now() + PATIENCE_MS;
  let left = JSON.stringify(await inHand(site));
  while (left !== JSON.stringify(NOTHING_IN_HAND) && performance.now() < deadline) {
    await systemClock.sleep(100);
    left = JSON.stringify(await inHand(site));
  }
  if (left !== JSON.stringify(NOTHING_IN_HAND)) findings.push(`left in hand: ${left}`);
  const visitor = site.visitor();
  const session = await unlessOverloaded(() => visitor.open());
  const proof = await unlessOverloaded(() => visitor.send("GET", "/proof"));
  if (session.status !== 200 || proof.status !== 200)
    findings.push(`not served: ${session.text}${proof.text}`);
  return findings;
}
