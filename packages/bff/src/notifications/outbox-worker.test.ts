import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { acmeYaml, SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newCall } from "../calls/call.harness.js";
import { Ledger } from "../calls/ledger.js";
import { Attempts } from "../calls/attempts.js";
import { parseConfiguration } from "../config/configuration-file.js";
import { createLogger } from "../log.js";
import { type Database, openDatabase } from "../store/database.js";
import { OutboxWorker } from "./outbox-worker.js";
import { Outbox } from "./outbox.js";
import { createWebhookSender } from "./webhook.js";
import { cipher } from "../store/number-cipher.harness.js";

interface Received {
  id: string;
  event: { type: string; data: Record<string, unknown> };
}

const MINUTE = 60_000;

describe.each(engines)("the outbox worker, on %s", (_name, newUrl) => {
  let db: Database;
  let clock: TestClock;
  let receiver: Server;
  let received: Received[];
  let answer: number;

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    received = [];
    answer = 204;
    receiver = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const headers = request.headers as Record<string, string>;
        // Signs the event again with the real time: the backend uses the test's clock, but the library checks
        // against the real time.
        const event = new Webhook(SCANNED.webhookSecret).verify(body, signedNow(headers, body));
        if (answer < 300)
          received.push({ id: headers["webhook-id"] ?? "", event: event as Received["event"] });
        response.writeHead(answer).end();
      });
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
  });
  afterEach(async () => {
    receiver.close();
    receiver.closeAllConnections();
    await db.close();
  });

  /** Checks the signature that was sent. Returns the headers with a new signature for the current time. */
  function signedNow(headers: Record<string, string>, body: string): Record<string, string> {
    const [id = "", timestamp = ""] = [headers["webhook-id"], headers["webhook-timestamp"]];
    const webhook = new Webhook(SCANNED.webhookSecret);
    const sent = webhook.sign(id, new Date(Number(timestamp) * 1000), body);
    expect(headers["webhook-signature"]).toBe(sent);
    const now = new Date();
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": webhook.sign(id, now, body),
    };
  }

  function createWorker(phone = false): OutboxWorker {
    const { port } = receiver.address() as AddressInfo;
    const notify = `notify: { url: "http://127.0.0.1:${String(port)}/calls", secret: { env: WEBHOOK_SECRET }, phone: ${String(phone)} }`;
    const { tenants } = parseConfiguration(
      acmeYaml("https://uis.example/v1", notify),
      { variable: () => SCANNED.webhookSecret, file: () => undefined },
      "t",
    );
    return new OutboxWorker({
      cipher,
      outbox: new Outbox(db, clock),
      tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
      send: createWebhookSender({ clock, privateHosts: ["127.0.0.1"] }),
      clock,
      log: createLogger("silent"),
      random: () => 1,
    });
  }

  async function heldCall(change = {}): Promise<string> {
    const { call } = await new Ledger(db, cipher, clock, { owner: "me" }).accept(newCall(change), false);
    await new Attempts(db, clock, { owner: "me" }).hold(call.id, "deadline_passed");
    return call.id;
  }

  it("tells the receiver what it needs to call back, without the number", async () => {
    const id = await heldCall({ page: "https://acme.example/kettles", reference: "deal-17" });
    await createWorker().deliverDue();
    expect(received).toMatchObject([
      {
        event: {
          type: "call.held",
          timestamp: "2026-11-23T09:00:00.000Z",
          data: {
            id,
            tenant: "acme",
            target: "sales",
            reference: "deal-17",
            status: "held",
            reason: "deadline_passed",
            page: "https://acme.example/kettles",
            variables: { product: "tea" },
          },
        },
      },
    ]);
    expect(JSON.stringify(received)).not.toContain("79000000001");
  });

  it("adds the number where the tenant asks for it", async () => {
    await heldCall();
    await createWorker(true).deliverDue();
    expect(received[0]?.event.data["phone"]).toBe("+79000000001");
  });

  it("delivers everything, each once and under one id, after the receiver was down for a day", async () => {
    const outboxWorker = createWorker();
    const ids = [];
    for (let n = 0; n < 30; n++)
      ids.push(await heldCall({ visitorNumber: `+790000002${String(n).padStart(2, "0")}` }));
    answer = 503;
    for (let passed = 0; passed < 24 * 60; passed += 5) {
      while (await outboxWorker.deliverDue());
      clock.advance(5 * MINUTE);
    }
    expect(received).toEqual([]);
    answer = 200;
    clock.advance(15 * MINUTE);
    while (await outboxWorker.deliverDue());
    expect(received.map(({ event }) => event.data["id"]).sort()).toEqual(ids.sort());
    clock.advance(24 * 60 * MINUTE);
    expect(await outboxWorker.deliverDue()).toBe(false);
    expect(received).toHaveLength(30);
    const { tries } = await db.query.selectFrom("notifications").select("tries").executeTakeFirstOrThrow();
    expect(tries).toBeGreaterThan(50);
  });

  it("delivers the events of one call in order, each only after the one before was accepted", async () => {
    const attempts = new Attempts(db, clock, { owner: "me" });
    const { attempt } = await new Ledger(db, cipher, clock, { owner: "me" }).accept(newCall(), true);
    if (attempt === undefined) throw new Error("no attempt");
    await attempts.confirmSend(attempt, 120);
    await new Attempts(db, clock, { owner: "you" }).recover(["you"]);
    clock.advance(1000);
    await attempts.settle(attempt, { status: "placed", reason: null, outcome: "placed", code: null });
    const outboxWorker = createWorker();
    answer = 500;
    await outboxWorker.deliverDue();
    answer = 200;
    clock.advance(MINUTE);
    await outboxWorker.deliverDue();
    await outboxWorker.deliverDue();
    expect(received.map(({ event }) => event.type)).toEqual(["call.unknown", "call.placed"]);
  });

  it("lets another instance deliver what the first took and did not deliver, with the same id", async () => {
    await heldCall();
    const taken = await new Outbox(db, clock).takeDue(["acme"], 10);
    await createWorker().deliverDue();
    expect(received).toEqual([]);
    clock.advance(MINUTE);
    await createWorker().deliverDue();
    expect(received.map(({ id }) => id)).toEqual(taken.map(({ notification }) => notification.id));
  });
});
