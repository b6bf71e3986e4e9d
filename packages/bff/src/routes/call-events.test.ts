import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { postgresUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import type { KyselyPlugin } from "kysely";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.js";
import { openDatabase } from "../store/database.js";
import { OpenStreams } from "../http/open-streams.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: TestBffOptions = {}) {
  const bff = await startTestBff({ tenant: "limits: none", ...options });
  closing.push(() => bff.stop());
  return bff;
}

/** Opens a session that has a call scheduled for next week. */
async function waitingVisitor(bff: TestBff, phone: string, now = new Date()) {
  const visitor = bff.visitor();
  await visitor.open();
  const at = new Date(now.getTime() + 7 * 24 * 3_600_000).toISOString();
  const { body } = await visitor.call({ target: "sales", phone, at });
  expect(body.status).toBe("scheduled");
  return { visitor, id: body.id };
}

const headersOf = (visitor: Visitor) => ({ cookie: visitor.cookie ?? "" });

async function follow(bff: TestBff, { visitor, id }: { visitor: Visitor; id: string }) {
  const request = get(`${bff.url}/calls/${id}/events?tenant=acme`, {
    headers: headersOf(visitor),
    agent: false,
  });
  request.on("error", () => undefined);
  closing.push(() => request.destroy());
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response.on("error", () => undefined).resume();
}

describe("streams of events", () => {
  it("are at most six for one visitor; further ones must poll, and other visitors keep theirs", async () => {
    const bff = await start();
    const one = await waitingVisitor(bff, "8 900 000-00-01");
    const other = await waitingVisitor(bff, "8 900 000-00-02");
    const streams = await Promise.all(Array.from({ length: 9 }, () => follow(bff, one)));
    const statuses = streams.map(({ statusCode }) => statusCode).sort();
    expect(statuses).toEqual([...Array<number>(6).fill(200), 429, 429, 429]);
    expect((await one.visitor.read(one.id)).status).toBe(200);
    expect((await follow(bff, other)).statusCode).toBe(200);
    streams.find(({ statusCode }) => statusCode === 200)?.destroy();
    await vi.waitFor(async () => expect((await follow(bff, one)).statusCode).toBe(200));
  });

  it("are five thousand at most, and one more for each that ends", () => {
    const streams = new OpenStreams();
    const [first] = Array.from({ length: 5000 }, (_, n) => streams.open(String(n), () => undefined));
    expect(() => streams.open("another", () => undefined)).toThrow(
      expect.objectContaining({ code: "overloaded" }),
    );
    first?.();
    expect(streams.open("another", () => undefined)).toBeTypeOf("function");
  });

  it("forbid compression on the way, which would hold them back", async () => {
    const bff = await start();
    const { headers } = await follow(bff, await waitingVisitor(bff, "8 900 000-00-01"));
    expect(headers["cache-control"]).toBe("no-store, no-transform");
  });

  it("end after twenty minutes, when a session that is not used has ten more", async () => {
    const clock = new TestClock();
    const bff = await start({ clock });
    const stream = await follow(bff, await waitingVisitor(bff, "8 900 000-00-01", clock.now()));
    const ended = once(stream, "end");
    clock.advance(20 * 60_000 - 1);
    await systemClock.sleep(50);
    expect(stream.readableEnded).toBe(false);
    clock.advance(1);
    await ended;
  });

  it("leave no reader behind when the client leaves at the start", async () => {
    let reads = 0;
    let reading: () => void = () => undefined;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const seen = new Promise<void>((resolve) => (reading = resolve));
    const watched: { id?: string } = {};
    /** Delays the first read of the call, and counts all reads. */
    const holding: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        const [row] = result.rows as { id?: unknown }[];
        if (watched.id === undefined || row?.id !== watched.id) return result;
        if (++reads === 1) {
          reading();
          await gate;
        }
        return result;
      },
    };
    const bff = await start({
      databaseUrl: await postgresUrl(),
      open: async (url) => {
        const db = await openDatabase(url);
        return {
          engine: db.engine,
          query: db.query.withPlugin(holding),
          write: (name, work) => db.write(name, work),
          close: () => db.close(),
        };
      },
    });
    const { visitor, id } = await waitingVisitor(bff, "8 900 000-00-01");
    watched.id = id;
    const socket = connect(Number(new URL(bff.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      `GET /api/calls/${id}/events?tenant=acme HTTP/1.1\r\nHost: x\r\nCookie: ${headersOf(visitor).cookie}\r\n\r\n`,
    );
    await seen;
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(bff.logged()).toMatch(/"route":"\/calls\/:id\/events".*"cut":true/));
    go();
    await systemClock.sleep(1500);
    expect(reads).toBe(1);
  });

  it("are not opened for a Host that is none: 422, and no 5xx", async () => {
    const bff = await start();
    const { visitor, id } = await waitingVisitor(bff, "8 900 000-00-01");
    for (const host of ["[", "a b", "x:y", ":", "%"]) {
      const headers = { ...headersOf(visitor), host };
      const answer = await visitor.send("GET", `/calls/${id}/events`, undefined, headers);
      expect([answer.status, answer.body.at]).toEqual([422, "host"]);
    }
  });
});
