import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const CALL = { target: "sales", phone: "8 900 000-00-01" };

const error = (code: number) => ({ jsonrpc: "2.0", error: { code, message: "m", data: "d" } });

describe("when UIS", () => {
  let bff: TestBff;
  let visitor: Visitor;
  beforeEach(async () => {
    bff = await startTestBff({ tenant: "limits: none" });
    bff.uis.exchange.settings.answersWhen = "accepted";
    visitor = bff.visitor();
    await visitor.open();
  });
  afterEach(() => bff.stop());

  const sent = () => bff.uis.received("place_calls").length;

  /** Changes UIS's answers to `place_calls`, and to no other method. */
  const answerWith = (change: Record<string, unknown>) => {
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method === "place_calls") Object.assign(answer, change);
    };
  };

  it.each<[string, Record<string, unknown>, "failed" | "held" | "unknown", string]>([
    ["answers fail", { body: undefined }, "failed", "not_connected"],
    ["answers -32001", { body: error(-32001) }, "held", "service_refused"],
    ["answers -32003", { body: error(-32003) }, "held", "service_refused"],
    ["answers -32600", { body: error(-32600) }, "failed", "service_refused"],
    ["answers -32601", { body: error(-32601) }, "held", "service_refused"],
    ["answers -32602", { body: error(-32602) }, "failed", "service_refused"],
    ["answers -32603", { body: error(-32603) }, "unknown", "no_answer_from_service"],
    ["answers -32700", { body: error(-32700) }, "failed", "service_refused"],
    [
      "answers HTML",
      { body: "<!doctype html><h1>Welcome", headers: { "content-type": "text/html" } },
      "unknown",
      "no_answer_from_service",
    ],
    ["answers 403 without JSON-RPC", { status: 403, body: "<h1>Blocked" }, "held", "service_refused"],
    ["answers 502", { status: 502, body: "<h1>Bad gateway" }, "unknown", "no_answer_from_service"],
    ["answers nothing", { body: "" }, "unknown", "no_answer_from_service"],
    ["answers 10 MB", { body: "x".repeat(10_000_000) }, "unknown", "no_answer_from_service"],
    [
      "redirects",
      { status: 307, headers: { location: "http://127.0.0.1:9/" }, body: "" },
      "held",
      "service_refused",
    ],
    ["hangs up after reading", { reset: true }, "unknown", "no_answer_from_service"],
  ])(
    "%s, the call ends as it should, is on record, and was sent once",
    async (what, change, status, reason) => {
      if (what === "answers fail") {
        bff.uis.beforeAnswer = (request, answer) => {
          if (request.method === "place_calls")
            answer.body = { jsonrpc: "2.0", id: request.id, result: "fail" };
        };
      } else answerWith(change);
      // Does not check the first response: on a busy machine, the backend may respond before the call is over.
      const { body } = await visitor.call(CALL);
      const over = await visitor.until(body.id, status);
      expect(over.reason).toBe(reason);
      expect((await visitor.read(body.id)).body).toEqual(over);
      expect(sent()).toBe(1);
    },
  );

  it("is at its limit, the call waits and is sent again", async () => {
    let answers = 0;
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method === "place_calls" && answers++ === 0) answer.body = error(-32004);
    };
    const { body } = await visitor.call(CALL);
    expect((await visitor.until(body.id, "waiting")).reason).toBe("service_limit");
    await visitor.until(body.id, "placed");
    expect(sent()).toBe(2);
  });

  it.each([-32002, -32005])(
    "no longer knows the key (%i), one new key is got and the call is placed",
    async (code) => {
      let answers = 0;
      bff.uis.beforeAnswer = (request, answer) => {
        if (request.method === "place_calls" && answers++ === 0) answer.body = error(code);
      };
      const { body } = await visitor.call(CALL);
      await visitor.until(body.id, "placed");
      expect([bff.uis.received("authenticate").length, sent()]).toEqual([2, 2]);
    },
  );

  it("refuses new keys as well, the call ends after the second", async () => {
    answerWith({ body: error(-32002) });
    const { body } = await visitor.call(CALL);
    expect(await visitor.until(body.id, "held")).toMatchObject({ reason: "service_refused" });
    expect(sent()).toBe(2);
  });

  it("lets the key expire under a hundred calls, one new key is got, and each call is placed once", async () => {
    bff.uis.exchange.settings.answersWhen = "carried-out";
    const phones = (from: number) =>
      Array.from({ length: 100 }, (_, n) => `8 900 000-${String(from)}-${String(n).padStart(2, "0")}`);
    const call = (phone: string) => visitor.call({ ...CALL, phone });
    const early = await Promise.all(phones(10).map(call));
    expect(bff.uis.received("authenticate")).toHaveLength(1);
    bff.uis.expireSessionKeys();
    // Makes the refusals of the old key arrive late and out of order, some of them after UIS has accepted the
    // new key.
    let refused = 0;
    bff.uis.beforeAnswer = ({ method }, answer) => {
      const { error } = answer.body as { error?: { code: number } };
      if (method === "place_calls" && error?.code === -32005) answer.delay = ((refused++ * 37) % 100) * 3;
    };
    const late = await Promise.all(phones(11).map(call));
    await expect.poll(() => bff.uis.exchange.calls.length, { timeout: 10_000 }).toBe(200);
    bff.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
    for (const { body } of [...early, ...late]) await visitor.until(body.id, "placed");

    expect(refused).toBeGreaterThan(0);
    expect(bff.uis.received("authenticate")).toHaveLength(2);
    expect(sent()).toBe(200 + refused);
    const rung = bff.uis.received("place_calls").map(({ params }) => (params as { numa: string }).numa);
    expect(new Set(rung).size).toBe(200);
    expect(bff.uis.exchange.calls).toHaveLength(200);
  }, 30_000);

  it("refuses the new key as well, the tenant's circuit alone opens, and the operator is told", async () => {
    answerWith({ body: error(-32002) });
    const first = await visitor.call(CALL);
    await visitor.until(first.body.id, "held");
    const asked = bff.uis.records.length;
    const second = await visitor.call(CALL);
    expect(await visitor.until(second.body.id, "held")).toMatchObject({ reason: "service_refused" });
    expect(bff.uis.records).toHaveLength(asked);
    const ready = await visitor.send("GET", "/health/ready");
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: "ok", refused: [{ tenant: "acme", since: expect.any(String) as string, code: -32002 }] },
    ]);
    expect(bff.logged()).toContain("nothing is dialled for the tenant for five minutes");

    bff.uis.beforeAnswer = undefined;
    const careful = bff.visitor();
    await careful.open("careful", { origin: "https://careful.example" });
    const other = await careful.call({ ...CALL, consent: true }, { origin: "https://careful.example" });
    await careful.until(other.body.id, "placed");
  });

  it("has a firewall that dislikes one visitor's words, the calls of others go on", async () => {
    bff.uis.beforeAnswer = (request, answer) => {
      if (JSON.stringify(request.params).includes("select"))
        Object.assign(answer, { status: 403, body: "<h1>Blocked" });
    };
    for (let time = 0; time < 4; time++) {
      const { body } = await visitor.call({ ...CALL, variables: { product: "select" } });
      expect((await visitor.until(body.id, "held")).reason).toBe("service_refused");
    }
    const other = await visitor.call({ ...CALL, phone: "8 900 000-00-02" });
    await visitor.until(other.body.id, "placed");
    expect(bff.logged()).not.toContain("nothing is dialled for the tenant");
  });

  it("has a firewall that blocks authenticate, the circuit opens at once", async () => {
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method === "authenticate") Object.assign(answer, { status: 403, body: "<h1>Blocked" });
    };
    const { body } = await visitor.call(CALL);
    await visitor.until(body.id, "held");
    expect(bff.logged()).toContain("nothing is dialled for the tenant for five minutes");
  });

  it("quotes the key that it was sent, the log does not contain it", async () => {
    let key = "";
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method !== "place_calls") return;
      key = (request.params as { session_key: string }).session_key;
      answer.body = { jsonrpc: "2.0", id: request.id, error: { code: -32602, message: `no ${key}` } };
    };
    await visitor.until((await visitor.call(CALL)).body.id, "failed");
    expect(key).not.toBe("");
    expect(bff.logged()).toContain("no •••");
    expect(bff.logged()).not.toContain(key);
  });

  it("does not accept the password, nothing is placed and visitors do not see the reason", async () => {
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method === "authenticate") answer.body = error(-32003);
    };
    const { status, body } = await visitor.call(CALL);
    expect([status, body.status, body.reason]).toEqual([201, "held", "service_refused"]);
    expect(sent()).toBe(0);
  });

  it("takes its time, the browser has its 202 long before", async () => {
    bff.uis.exchange.settings.answersWhen = "carried-out";
    const { status, body } = await visitor.call(CALL);
    expect([status, body.status]).toEqual([202, "dialing"]);
  });
});

describe("when UIS is away", () => {
  it("the call waits, and is placed once UIS is back", async () => {
    // Finds a free port on which no server listens for the moment.
    const placeholder = createServer().listen(0, "127.0.0.1");
    await once(placeholder, "listening");
    const { port } = placeholder.address() as AddressInfo;
    placeholder.close();
    const bff = await startTestBff({ uisUrl: `http://127.0.0.1:${String(port)}/v1` });
    try {
      const visitor = bff.visitor();
      await visitor.open();
      const { status, body } = await visitor.call(CALL);
      expect([status, body.status, body.reason]).toEqual([202, "waiting", "service_unreachable"]);
      await bff.uis.stop();
      bff.uis.exchange.settings.answersWhen = "accepted";
      await bff.uis.start({ port });
      await visitor.until(body.id, "placed");
      expect(bff.uis.received("place_calls")).toHaveLength(1);
    } finally {
      await bff.stop();
    }
  });
});

describe("when the backend is restarted", () => {
  it("a call on its way is unknown and not sent again, and its session goes on", async () => {
    const databaseUrl = `sqlite:${join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.db")}`;
    const first = await startTestBff({ databaseUrl });
    const visitor = first.visitor();
    await visitor.open();
    const { body } = await visitor.call(CALL);
    expect(body.status).toBe("dialing");
    await first.stop();

    const second = await startTestBff({ databaseUrl, sessionSecret: first.sessionSecret });
    try {
      const returning = second.visitor();
      returning.cookie = visitor.cookie;
      expect((await returning.read(body.id)).body).toMatchObject({
        status: "unknown",
        reason: "interrupted",
      });
      expect(second.uis.records).toEqual([]);
    } finally {
      await second.stop();
    }
  });
});
