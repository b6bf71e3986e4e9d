import { exampleWith, killAll, startExample } from "@uis-call/testing/example";
import {
  arrive,
  type Guest,
  inHand,
  NOTHING_IN_HAND,
  RawConnection,
  RawRequests,
  type Site,
  type SiteKind,
  startSite,
  unlessOverloaded,
} from "@uis-call/testing/pipelining/pipelining";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.js";

/** What the client sends on a connection, and how the connection ends. */
interface Variant {
  send: (raw: RawRequests) => string;
  /** What the client sends after the first answer. */
  then?: (raw: RawRequests) => string;
  /** How the client closes the connection if the server has not closed it. Default: it destroys its socket. */
  leave?: "destroy" | "reset" | "half-close";
  /** Number of connections on which the client does the same. Default: 1. */
  connections?: number;
  /** Whether the client never reads what the server sends. */
  unread?: boolean;
  /** Milliseconds for which the client keeps the connection open, whatever it receives. */
  stay?: number;
  expected?: "closed by the server" | number[];
}

const CLOSED = { expected: "closed by the server" } as const;

const VARIANTS: Record<string, Variant> = {
  "a stream, then one of a call that is over": { send: (raw) => raw.stream + raw.endedStream, ...CLOSED },
  "a stream, then a thousand challenges, closed after 0.4 s": {
    send: (raw) => raw.stream + raw.proof.repeat(1000),
    stay: 400,
    ...CLOSED,
  },
  "25 connections of readiness and sixty challenges each, closed at once": {
    send: (raw) => raw.of("GET", "/health/ready") + raw.proof.repeat(60),
    connections: 25,
    stay: 20,
  },
  "a stream, then the same": { send: (raw) => raw.stream.repeat(4), ...CLOSED },
  "a stream, then its call": { send: (raw) => raw.stream + raw.call, ...CLOSED },
  "a stream, then the end of its call": { send: (raw) => raw.stream + raw.cancel, ...CLOSED },
  "a stream, then a new call": { send: (raw) => raw.stream + raw.place, ...CLOSED },
  "a stream, then half a new call": { send: (raw) => raw.stream + raw.half, ...CLOSED },
  "a stream, then a session": { send: (raw) => raw.stream + raw.session, ...CLOSED },
  "a stream, then the end of its session": {
    send: (raw) => raw.stream + raw.of("DELETE", "/session"),
    ...CLOSED,
  },
  "a stream, then the script": { send: (raw) => raw.stream + raw.of("GET", "/widget.js"), ...CLOSED },
  "a stream, then the opt-out page": {
    send: (raw) => raw.stream + raw.of("GET", "/stop"),
    ...CLOSED,
  },
  "a stream, then a code": { send: (raw) => raw.stream + raw.optOutCode, ...CLOSED },
  "a stream, then that page at its short address": {
    send: (raw) => raw.stream + raw.of("GET", "/stop", { whole: true }),
  },
  "a stream, then liveness": { send: (raw) => raw.stream + raw.of("GET", "/health/live"), ...CLOSED },
  "a stream, then readiness": { send: (raw) => raw.stream + raw.of("GET", "/health/ready"), ...CLOSED },
  "a stream, then nothing there is": { send: (raw) => raw.stream + raw.of("GET", "/nowhere"), ...CLOSED },
  "a stream, then HEAD of it": {
    send: (raw) => raw.stream + raw.stream.replace("GET", "HEAD"),
    ...CLOSED,
  },
  "a stream, then OPTIONS": { send: (raw) => raw.stream + raw.of("OPTIONS", "/calls"), ...CLOSED },
  "a stream, then a request to upgrade": {
    send: (raw) =>
      raw.stream + raw.of("GET", "/proof", { headers: "Connection: Upgrade\r\nUpgrade: websocket\r\n" }),
    ...CLOSED,
  },
  "a stream, then a body that waits for 100": {
    send: (raw) =>
      raw.stream + raw.of("POST", "/session", { body: "{}", headers: "Expect: 100-continue\r\n" }),
    ...CLOSED,
  },
  "a stream by HTTP/1.0 kept alive, then a challenge": {
    send: (raw) =>
      (raw.stream + raw.proof)
        .replaceAll("HTTP/1.1", "HTTP/1.0")
        .replaceAll("Host: x", "Host: x\r\nConnection: keep-alive"),
    ...CLOSED,
  },
  "a stream by HTTP/1.0": { send: (raw) => raw.stream.replace("HTTP/1.1", "HTTP/1.0"), expected: [200] },
  "a stream, then what is no HTTP": { send: (raw) => `${raw.stream}nonsense\r\n\r\n`, ...CLOSED },
  "a stream, then half a head, reset": {
    send: (raw) => `${raw.stream}GET /api/proof HT`,
    leave: "reset",
  },
  "a stream, half-closed": { send: (raw) => raw.stream, leave: "half-close", expected: [200] },
  "a stream and a challenge, half-closed at once": {
    send: (raw) => raw.stream + raw.proof,
    leave: "half-close",
    stay: 0,
  },
  "a stream, then a challenge once it has begun": {
    send: (raw) => raw.stream,
    then: (raw) => raw.proof,
    ...CLOSED,
  },
  "challenges, then a stream": { send: (raw) => raw.proof.repeat(20) + raw.stream, stay: 5 },
  "a new call, then a stream, reset": { send: (raw) => raw.place + raw.stream, leave: "reset", stay: 1 },
  "a stream of a call that is over, then others": {
    send: (raw) => raw.endedStream + raw.call + raw.of("GET", "/health/live") + raw.endedStream,
    expected: [200, 200, 200, 200],
  },
  "HEAD of a stream, then others": {
    send: (raw) => raw.stream.replace("GET", "HEAD") + raw.call + raw.of("GET", "/nowhere"),
    expected: [200, 200, 404],
  },
  "six requests of every kind": {
    send: (raw) => raw.call + raw.proof + raw.session + raw.place + raw.optOutCode + raw.cancel,
    expected: [200, 200, 200, 202, 422, 200],
  },
  "challenges and scripts that are not read": {
    send: (raw) => raw.of("GET", "/widget.js") + (raw.proof + raw.of("GET", "/widget.js")).repeat(40),
    connections: 10,
    unread: true,
    stay: 300,
  },
  "more challenges than may be in work on one connection": {
    send: (raw) => raw.proof.repeat(300),
    ...CLOSED,
  },
  "half bodies": { send: (raw) => raw.half, connections: 50, stay: 50 },
  "half bodies, half-closed": { send: (raw) => raw.half, connections: 50, leave: "half-close", stay: 50 },
};

/** Further variants, for the host application's own routes. */
const HOSTED: Record<string, Variant> = {
  "a stream, then a page of the application": {
    send: (raw) => raw.stream + raw.of("GET", "/host/page", { whole: true }),
  },
  "a stream of the application, then streams and challenges": {
    send: (raw) =>
      raw.of("GET", "/host/stream", { whole: true }) + raw.endedStream + raw.proof.repeat(60) + raw.stream,
    connections: 5,
    stay: 400,
  },
};

const KINDS: [SiteKind, Record<string, Variant>][] = [
  ["by itself", VARIANTS],
  ["in a host application", { ...VARIANTS, ...HOSTED }],
];

const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);
beforeAll(() => void process.on("uncaughtExceptionMonitor", note));
afterAll(() => void process.off("uncaughtExceptionMonitor", note));
afterEach(killAll);

/** The time limit is generous, because the machine may be busy. */
const PATIENCE = { timeout: 60_000 };

const PATIENT = { timeout: 120_000 };

describe.each(KINDS)(
  "a backend %s lives, serves others and has no open work after",
  PATIENT,
  (kind, variants) => {
    const clock = new TestClock();
    let site: Site;
    let guest: Guest;
    let raw: RawRequests;
    beforeAll(async () => {
      site = await startSite(kind, clock);
    });
    beforeEach(async () => {
      guest = await arrive(site, clock);
      raw = new RawRequests(site, guest);
    });
    afterAll(() => site.stop());

    it.each(Object.entries(variants))("%s", async (_name, variant) => {
      const { send, then, leave = "destroy", connections = 1, stay, expected } = variant;
      const all = Array.from({ length: connections }, () => new RawConnection(site).send(send(raw)));
      const [first] = all as [RawConnection];
      if (variant.unread === true) for (const { socket } of all) socket.pause();
      if (then !== undefined) {
        await vi.waitFor(() => expect(first.text).toContain("event:call"));
        first.send(then(raw));
      }
      if (expected === "closed by the server")
        await vi.waitFor(() => expect(first.closed).toBe(true), PATIENCE);
      else if (expected !== undefined)
        await vi.waitFor(() => expect(first.statuses).toEqual(expected), PATIENCE);
      if (stay !== undefined) await systemClock.sleep(stay);
      // Advances the clock to the next keep-alive of streams that are still open.
      clock.advance(15_000);
      await systemClock.sleep(20);
      for (const { socket } of all) {
        if (leave === "destroy") socket.destroy();
        else if (leave === "reset") socket.resetAndDestroy();
        else socket.end();
      }
      await vi.waitFor(async () => expect(await inHand(site)).toEqual(NOTHING_IN_HAND), PATIENCE);
      clock.advance(15_000);
      const other = site.visitor();
      const answers = [
        (await unlessOverloaded(() => other.open())).status,
        (await unlessOverloaded(() => other.send("GET", "/proof"))).status,
        (await other.send("GET", "/health/live")).status,
      ];
      expect(answers).toEqual([200, 200, 200]);
      // Cancels a call, which publishes the change to open streams. No stream may be left, and none may fail.
      expect([200, 401, 409]).toContain((await guest.visitor.send("DELETE", `/calls/${guest.open}`)).status);
      await systemClock.sleep(20);
      expect([...uncaught, ...site.faults()]).toEqual([]);
      for (const { socket } of all) socket.destroy();
    });

    it("a stream that has ended leaves its connection to the next request", async () => {
      const connection = new RawConnection(site).send(raw.stream);
      await vi.waitFor(() => expect(connection.text).toContain("event:call"));
      expect(await inHand(site)).toEqual({
        uis_call_requests_in_flight: 1,
        uis_call_requests_in_work: 0,
        uis_call_streams_open: 1,
      });
      await guest.visitor.send("DELETE", `/calls/${guest.open}`);
      await vi.waitFor(() => expect(connection.text).toContain("cancelled"));
      connection.send(raw.call);
      await vi.waitFor(() => expect(connection.statuses).toEqual([200, 200]), PATIENCE);
      connection.socket.destroy();
      await vi.waitFor(async () => expect(await inHand(site)).toEqual(NOTHING_IN_HAND), PATIENCE);
    });
  },
);

describe("the process of a backend", PATIENT, () => {
  /** Starts the backend as a process. Its visitor has one call under way and one that is over. */
  async function start() {
    const backend = await startExample({}, exampleWith("limits: none\n    proof: never"));
    const visitor = await backend.visitor();
    const placed = async (last: number) => {
      const at = new Date(Date.now() + 7 * 86_400_000).toISOString();
      return (await visitor.call({ target: "sales", phone: `8 900 000-00-${String(last)}`, at })).body.id;
    };
    const [open, over] = [await placed(11), await placed(12)];
    expect((await visitor.send("DELETE", `/calls/${over}`)).status).toBe(200);
    const site = { port: backend.port, base: "/api", origin: "https://www.example.com" };
    return { backend, visitor, open, raw: new RawRequests(site, { visitor, open, over }) };
  }

  it("survives the first keep-alive of a stream with an ended one behind it", async () => {
    const { backend, raw } = await start();
    const connection = new RawConnection(backend).send(raw.stream + raw.endedStream);
    await vi.waitFor(() => expect(connection.closed).toBe(true), PATIENCE);
    const alone = new RawConnection(backend).send(raw.stream);
    await vi.waitFor(() => expect(alone.text).toContain("\n:\n\n"), { ...PATIENCE, interval: 200 });
    expect(backend.child.exitCode).toBeNull();
    expect(await backend.ready()).toContain('{"status":"ok"');
    expect(await backend.stop()).toEqual([0, null]);
  });

  it("has room again after connections full of challenges, led by a stream or by readiness", async () => {
    const { backend, raw, visitor, open } = await start();
    const flood = [
      raw.stream + raw.proof.repeat(1100),
      ...Array<string>(40).fill(raw.of("GET", "/health/ready") + raw.proof.repeat(60)),
    ].map((text) => new RawConnection(backend).send(text));
    await systemClock.sleep(400);
    for (const { socket } of flood) socket.destroy();
    const proof = () => visitor.send("GET", "/proof");
    await expect.poll(async () => (await proof()).status, PATIENCE).toBe(200);
    await expect.poll(() => backend.ready(), PATIENCE).toContain('{"status":"ok"');
    expect((await visitor.send("DELETE", `/calls/${open}`)).status).toBe(200);
    expect(await backend.stop()).toEqual([0, null]);
  });
});
