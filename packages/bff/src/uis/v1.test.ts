import { UisSimulator } from "@uis-call/simulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { Secret } from "../config/secret.js";
import type { CallOrder } from "./uis-client.js";
import { createV1Client, placeCallsParams } from "./v1.js";

const ORDER: CallOrder = {
  attempt: 1,
  visitor: "+79000000001",
  office: "+79000000101",
  serviceNumber: "+74990000000",
  firstCall: "office",
  switchAtOnce: true,
  officeSeesServiceNumber: true,
};

const GROUPS = [
  {
    phones: [
      { number: "+79000000111", channels: 2, ringFor: 29 },
      { number: "+79000000112", channels: 1, ringFor: 60 },
    ],
    linesStart: 1,
    linesLimit: 2,
    dialingIncrement: 1,
    incrementalDialingTimeout: 5,
  },
];

describe("an order in the words of place_calls", () => {
  it("has numbers in digits only, and each required parameter", () => {
    expect(placeCallsParams(ORDER)).toEqual({
      first_call: "numc",
      switch_at_once: true,
      is_queue: false,
      use_numb_as_numa: true,
      numa: "79000000001",
      numb: "74990000000",
      numc: "79000000101",
    });
  });

  it.each([
    ["office", "numc"],
    ["visitor", "numa"],
    ["any", "any"],
  ] as const)("rings %s first as %s", (firstCall, first_call) => {
    expect(placeCallsParams({ ...ORDER, firstCall })).toMatchObject({ first_call });
  });

  it("has messages as text and as media, hold music, and the visitor's number for the office", () => {
    const order: CallOrder = {
      ...ORDER,
      switchAtOnce: false,
      visitorMessage: { text: "Hello" },
      officeMessage: { media: "call.mp3" },
      holdMusic: "Bad Kingdom-cut.mp3",
      officeSeesServiceNumber: false,
    };
    expect(placeCallsParams(order)).toMatchObject({
      switch_at_once: false,
      numa_message: { type: "text", value: "Hello" },
      numc_message: { type: "media", value: "call.mp3" },
      media_file: "Bad Kingdom-cut.mp3",
      use_numb_as_numa: false,
    });
  });

  it("has forwarding groups with every field, and the queue with its time-out", () => {
    expect(placeCallsParams({ ...ORDER, office: GROUPS, queueTimeout: 60 })).toMatchObject({
      is_queue: true,
      queue_timeout: 60,
      numc: [
        {
          phones: [
            { numb: "79000000111", channels_count: 2, timeout: 29 },
            { numb: "79000000112", channels_count: 1, timeout: 60 },
          ],
          lines_start: 1,
          lines_limit: 2,
          dialing_increment: 1,
          incremental_dialing_timeout: 5,
        },
      ],
    });
  });
});

describe("the client of Call API v1", () => {
  let uis: UisSimulator;
  beforeEach(async () => {
    uis = new UisSimulator({ settings: { answersWhen: "accepted" } });
    await uis.start({ port: 0 });
  });
  afterEach(() => uis.stop());

  const createClient = (password = "demo") =>
    createV1Client({ url: uis.url, login: "demo", password: new Secret(password), clock: systemClock });

  it("authenticates once and places calls with the key it got", async () => {
    const client = createClient();
    expect(await client.placeCall(ORDER)).toEqual({ kind: "placed" });
    expect(await client.placeCall({ ...ORDER, attempt: 2, office: GROUPS })).toEqual({ kind: "placed" });
    expect(uis.records.map(({ method, id }) => [method, typeof id])).toEqual([
      ["authenticate", "number"],
      ["place_calls", "number"],
      ["place_calls", "number"],
    ]);
  });

  it("sends each order once and reports that the key must be renewed", async () => {
    const client = createClient();
    await client.placeCall(ORDER);
    uis.expireSessionKeys();
    expect(await client.placeCall({ ...ORDER, attempt: 2 })).toEqual({ kind: "renew", code: -32005 });
    expect(uis.received("place_calls")).toHaveLength(2);
    expect(await client.placeCall({ ...ORDER, attempt: 3 })).toEqual({ kind: "placed" });
  });

  it("renews the key each time it expires, whether or not calls were answered in between", async () => {
    const client = createClient();
    for (let attempt = 1; attempt < 6; attempt += 2) {
      uis.expireSessionKeys();
      uis.beforeAnswer = (request, answer) => {
        const { body } = answer;
        if (body instanceof Object && "result" in body && request.method === "place_calls") {
          answer.body = Object.assign({}, body, { result: "fail" });
        }
      };
      if (attempt > 1)
        expect(await client.placeCall({ ...ORDER, attempt })).toEqual({ kind: "renew", code: -32005 });
      expect(await client.placeCall({ ...ORDER, attempt: attempt + 1 })).toMatchObject({ fault: "call" });
    }
  });

  it("refuses an address that would carry the password in the open", () => {
    const options = { url: "http://uis.example/v1", login: "l", password: new Secret("p") };
    expect(() => createV1Client(options)).toThrow("use https://");
  });

  it("takes a wrong password for the account's fault and places nothing", async () => {
    expect(await createClient("wrong").placeCall(ORDER)).toMatchObject({
      kind: "refused",
      fault: "account",
      code: -32003,
    });
    expect(uis.received("place_calls")).toEqual([]);
  });

  it("takes a service number that is not the account's for the account's fault", async () => {
    const outcome = await createClient().placeCall({ ...ORDER, serviceNumber: "+74990000009" });
    expect(outcome).toMatchObject({ kind: "refused", fault: "account", code: -32003 });
  });

  it.each<[string, Partial<CallOrder>, string]>([
    [
      "a fan-out without its increments",
      { office: [{ ...GROUPS[0]!, dialingIncrement: undefined! }] },
      "office.0.dialingIncrement: is needed when linesLimit is more than 1 and there is no queue",
    ],
    ["a queue without a time-out", { queueTimeout: 0 }, "queueTimeout: "],
    ["an unknown first call", { firstCall: "numc" as "any" }, "firstCall: "],
    ["no group", { office: [] }, "office: "],
    ["a group without phones", { office: [{ ...GROUPS[0]!, phones: [] }] }, "office.0.phones: "],
    ["a national number", { visitor: "8 900" }, "visitor: expected a number in international format"],
    ["an empty message", { visitorMessage: { text: "" } }, "visitorMessage"],
  ])("sends nothing for %s and names it", async (_what, change, detail) => {
    const outcome = await createClient().placeCall({ ...ORDER, ...change });
    expect(outcome).toMatchObject({
      kind: "refused",
      fault: "defect",
      detail: expect.stringContaining(detail) as string,
    });
    expect(uis.records).toEqual([]);
  });
});
