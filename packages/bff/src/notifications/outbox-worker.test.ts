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
import type { Tenant } from "../config/configuration.js";
import { parseConfiguration } from "../config/configuration-file.js";
import { createLogger } from "../log.js";
import { type Database, openDatabase } from "../store/database.js";
import { OutboxWorker } from "./outbox-worker.js";
import { Outbox } from "./outbox.js";
import { Receivers } from "./receivers.js";
import { createWebhookSender, type SendWebhook } from "./webhook.js";
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
  let headers: Record<string, string>;
  let log: string[];

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    received = [];
    [answer, headers, log] = [204, {}, []];
    receiver = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const sent = request.headers as Record<string, string>;
        // Signs the event again with the real time: the backend uses the test's clock, but the library checks
        // against the real time.
        const event = new Webhook(SCANNED.webhookSecret).verify(body, signedNow(sent, body));
        if (answer < 300) received.push({ id: sent["webhook-id"] ?? "", event: event as Received["event"] });
        response.writeHead(answer, headers).end();
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

  /** Returns the configuration of the tenant `acme`, whose receiver is the test's. */
  function acme(path = "/calls", phone = false): Tenant {
    const { port } = receiver.address() as AddressInfo;
    const notify = `notify: { url: "http://127.0.0.1:${String(port)}${path}", secret: { env: WEBHOOK_SECRET }, phone: ${String(phone)} }`;
    const { tenants } = parseConfiguration(
      acmeYaml("https://uis.example/v1", notify),
      { variable: () => SCANNED.webhookSecret, file: () => undefined },
      "t",
    );
    const [tenant] = tenants;
    if (tenant === undefined) throw new Error("no tenant");
    return tenant;
  }

  const receiversOf = (tenants: readonly Tenant[]) => new Receivers(db, cipher, clock, tenants);

  function createWorker(tenants: readonly Tenant[] = [acme()], send?: SendWebhook): OutboxWorker {
    return new OutboxWorker({
      cipher,
      outbox: new Outbox(db, clock),
      receivers: receiversOf(tenants),
      tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
      send: send ?? createWebhookSender({ clock, privateHosts: ["127.0.0.1"] }),
      clock,
      log: createLogger("info", (line) => log.push(line)),
      random: () => 1,
    });
  }

  /** Has a worker deliver what is due, until nothing is. */
  async function deliverDue(worker = createWorker()): Promise<void> {
    while ((await worker.look()) > 0) await worker.ended();
  }

  async function heldCall(change = {}): Promise<string> {
    const { call } = await new Ledger(db, cipher, clock, { owner: "me" }).accept(newCall(change), false);
    await new Attempts(db, clock, { owner: "me" }).hold(call.id, "deadline_passed");
    return call.id;
  }

  it("tells the receiver what it needs to call back, without the number", async () => {
    const id = await heldCall({ page: "https://acme.example/kettles", reference: "deal-17" });
    await deliverDue();
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
    await deliverDue(createWorker([acme("/calls", true)]));
    expect(received[0]?.event.data["phone"]).toBe("+79000000001");
  });

  it("delivers everything, each once and under one id, after the receiver was down for a day", async () => {
    const outboxWorker = createWorker();
    const ids = [];
    for (let n = 0; n < 30; n++)
      ids.push(await heldCall({ visitorNumber: `+790000002${String(n).padStart(2, "0")}` }));
    answer = 503;
    for (let passed = 0; passed < 24 * 60; passed += 5) {
      await deliverDue(outboxWorker);
      clock.advance(5 * MINUTE);
    }
    expect(received).toEqual([]);
    answer = 200;
    clock.advance(15 * MINUTE);
    await deliverDue(outboxWorker);
    expect(received.map(({ event }) => event.data["id"]).sort()).toEqual(ids.sort());
    clock.advance(24 * 60 * MINUTE);
    expect(await outboxWorker.look()).toBe(0);
    expect(received).toHaveLength(30);
    const { tries } = await db.query.selectFrom("notifications").select("tries").executeTakeFirstOrThrow();
    expect(tries).toBeGreaterThan(50);
    // More than 1,500 HTTP requests, each with its writes, take long on a busy machine.
  }, 120_000);

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
    await deliverDue(outboxWorker);
    answer = 200;
    clock.advance(MINUTE);
    await deliverDue(outboxWorker);
    expect(received.map(({ event }) => event.type)).toEqual(["call.unknown", "call.placed"]);
  });

  it("lets another instance deliver what the first took and did not deliver, with the same id", async () => {
    await heldCall();
    const taken = await new Outbox(db, clock).takeDue(new Map([["acme", 10]]));
    await deliverDue();
    expect(received).toEqual([]);
    clock.advance(MINUTE);
    await deliverDue();
    expect(received.map(({ id }) => id)).toEqual(taken.map(({ notification }) => notification.id));
  });

  it("starts a quiet tenant's note at the next look, while 300 notes wait for a receiver that hangs", async () => {
    const [hanging, quiet] = [{ ...acme("/hangs"), id: "hanging" }, acme()];
    const started: string[] = [];
    const letGo: (() => void)[] = [];
    const worker = createWorker([hanging, quiet], async ({ url }) => {
      started.push(new URL(url).pathname);
      if (url.endsWith("/hangs")) await new Promise<void>((resolve) => letGo.push(resolve));
      return { delivered: true };
    });
    for (let n = 0; n < 300; n++)
      await heldCall({ tenant: "hanging", visitorNumber: `+79000003${String(n).padStart(3, "0")}` });
    await worker.look();
    expect(started).toEqual(Array(4).fill("/hangs"));
    clock.advance(1);
    await heldCall();
    expect(await worker.look()).toBe(1);
    expect(started.slice(4)).toEqual(["/calls"]);
    letGo.forEach((go) => go());
    await worker.ended();
  });

  it("sends the next note of a receiver when one is delivered, without waiting for the others", async () => {
    const started: string[] = [];
    const letGo: (() => void)[] = [];
    const worker = createWorker([acme()], async ({ id }) => {
      started.push(id);
      await new Promise<void>((resolve) => letGo.push(resolve));
      return { delivered: true };
    });
    for (let n = 0; n < 6; n++) await heldCall({ visitorNumber: `+7900000040${String(n)}` });
    worker.start();
    for (let sent = 4; sent <= 6; sent++) {
      await expect.poll(() => started.length).toBe(sent);
      letGo.shift()?.();
    }
    expect(new Set(started).size).toBe(6);
    letGo.forEach((go) => go());
    await worker.stop();
  });

  it("sends nothing more to a receiver that is gone, says so once, and begins again with another configuration", async () => {
    const ids = [];
    for (let n = 0; n < 6; n++) ids.push(await heldCall({ visitorNumber: `+7900000050${String(n)}` }));
    answer = 410;
    await deliverDue();
    answer = 204;
    clock.advance(24 * 60 * MINUTE);
    await deliverDue();
    expect(received).toEqual([]);
    expect(await receiversOf([acme()]).byState()).toEqual({ gone: ["acme"], working: [] });
    expect(log.filter((line) => line.includes("the receiver is gone (410)"))).toHaveLength(1);
    const changed = acme("/calls/new");
    expect(await receiversOf([changed]).byState()).toEqual({ gone: [], working: ["acme"] });
    await deliverDue(createWorker([changed]));
    expect(received.map(({ event }) => event.data["id"]).sort()).toEqual(ids.sort());
  });

  it.each([
    ["seconds", "3600"],
    ["a date", "Mon, 23 Nov 2026 10:00:00 GMT"],
  ])(
    "sends nothing to a receiver before the end of its Retry-After in %s, in any instance",
    async (_in, value) => {
      await heldCall();
      [answer, headers] = [503, { "retry-after": value }];
      await deliverDue();
      answer = 204;
      clock.advance(59 * MINUTE);
      await heldCall({ visitorNumber: "+79000000002" });
      await deliverDue();
      expect(received).toEqual([]);
      clock.advance(MINUTE);
      await deliverDue();
      expect(received).toHaveLength(2);
    },
  );
});
