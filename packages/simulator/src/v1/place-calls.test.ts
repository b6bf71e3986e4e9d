import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../exchange/clock.js";
import { placeCalls, rpc, type RpcBody, sessionKey } from "./endpoint.harness.js";
import { story } from "../exchange/exchange.harness.js";
import { UisSimulator } from "../simulator.js";

const [A, B, C] = ["79000000101", "79000000102", "79000000103"] as const;
const VISITOR = "79000000001";
const SERVICE = "74990000000";

let clock: ManualClock;
let uis: UisSimulator;

beforeEach(async () => {
  clock = new ManualClock();
  uis = new UisSimulator({ clock });
  await uis.start({ port: 0 });
});

afterEach(() => uis.stop());

/** Sends a request for a telephone call and does not wait for the response. */
async function asked(part: object): Promise<{ answer: Promise<RpcBody>; timeline: () => string[] }> {
  const key = await sessionKey(uis);
  const answer = rpc(uis, "place_calls", placeCalls(key, part));
  // Ignores the errors that occur when the test ends and the connections of calls that are still ringing are closed.
  answer.catch(() => undefined);
  await once(uis.exchange, "change");
  const call = uis.exchange.calls.at(-1)!;
  return { answer, timeline: () => story(call) };
}

const rings = (second: string, number: string): string =>
  `${second} office rings ${number}, shows ${SERVICE}`;

describe("three phones, lines_start 1, dialing_increment 1 every 5 seconds, lines_limit 2", () => {
  const phones = [A, B, C].map((numb) => ({ numb, timeout: 20 }));
  const numc = [
    { phones, lines_start: 1, dialing_increment: 1, incremental_dialing_timeout: 5, lines_limit: 2 },
  ];
  const queue = { is_queue: true, queue_timeout: 30 };

  test("the second rings after 5 seconds, the third when the first has rung out, then the call fails", async () => {
    const { answer, timeline } = await asked({ numc });
    await clock.advance(60_000);
    expect(timeline()).toEqual([
      rings("0.0", A),
      "5.0 up to 2 lines now",
      rings("5.0", B),
      `20.0 office ${A} did not answer`,
      rings("20.0", C),
      `25.0 office ${B} did not answer`,
      `40.0 office ${C} did not answer`,
      "40.0 call ended: office-no-answer",
    ]);
    expect(await answer).toMatchObject({ result: "fail" });
  });

  test("the third rings as soon as one of two lines is declined, and the first to answer wins", async () => {
    uis.exchange.change({ people: { [B]: { declineAfter: 3 }, [C]: { answerAfter: 2 } } });
    const { answer, timeline } = await asked({ numc });
    await clock.advance(10_000);
    uis.exchange.answer("1", "visitor");
    expect(timeline()).toEqual([
      rings("0.0", A),
      "5.0 up to 2 lines now",
      rings("5.0", B),
      `8.0 office ${B} declined`,
      rings("8.0", C),
      `10.0 office ${C} answered`,
      `10.0 office ${A} stops ringing`,
      `10.0 office ${C} hears Музыка переадресации`,
      `10.0 visitor rings ${VISITOR}, shows ${SERVICE}`,
      "10.0 visitor answered",
      "10.0 connected",
    ]);
    expect(await answer).toMatchObject({ result: "success" });
  });

  test("a busy phone costs no time: its line takes the next", async () => {
    uis.exchange.change({ people: { [A]: { busy: true } } });
    const { timeline } = await asked({ numc });
    await clock.advance(5000);
    expect(timeline()).toEqual([
      `0.0 office ${A} is busy`,
      rings("0.0", B),
      "5.0 up to 2 lines now",
      rings("5.0", C),
    ]);
    await clock.advance(60_000);
  });

  test("with a queue the phones ring one after the other, without increments", async () => {
    const { timeline } = await asked({ numc, ...queue });
    await clock.advance(59_999);
    expect(timeline()).toEqual([
      rings("0.0", A),
      `20.0 office ${A} did not answer`,
      rings("20.0", B),
      `40.0 office ${B} did not answer`,
      rings("40.0", C),
    ]);
  });

  test("with a queue and all phones busy nothing rings, and queue_timeout ends the call", async () => {
    uis.exchange.change({ people: { [A]: { busy: true }, [B]: { busy: true }, [C]: { busy: true } } });
    const { answer, timeline } = await asked({ numc, ...queue });
    await clock.advance(29_999);
    expect(uis.received("place_calls")[0]).not.toHaveProperty("answeredAt");
    await clock.advance(1);
    expect(await answer).toMatchObject({ result: "fail" });
    expect(timeline()).toEqual([
      ...[A, B, C].map((number) => `0.0 office ${number} is busy`),
      "0.0 queued: all phones are busy",
      "30.0 queue time-out",
      "30.0 call ended: queue-timeout",
    ]);
  });

  test("with a queue the phone that becomes free rings, and the call connects", async () => {
    uis.exchange.change({ people: { [A]: { busy: true }, [B]: { busy: true }, [C]: { busy: true } } });
    const { answer, timeline } = await asked({ numc, ...queue });
    await clock.advance(12_500);
    uis.exchange.change({ people: { [B]: { answerAfter: 1 }, [VISITOR]: { answerAfter: 2 } } });
    await clock.advance(10_000);
    expect(timeline().slice(4)).toEqual([
      rings("13.0", B),
      `14.0 office ${B} answered`,
      `14.0 office ${B} hears Музыка переадресации`,
      `14.0 visitor rings ${VISITOR}, shows ${SERVICE}`,
      "16.0 visitor answered",
      "16.0 connected",
    ]);
    expect(await answer).toMatchObject({ result: "success" });
  });
});

test.each([
  ["numc", "office"],
  ["numa", "visitor"],
  ["any", "office"],
] as const)(
  "with first_call %s the %s waits with media_file until the other answers",
  async (first, party) => {
    const people = { [A]: { answerAfter: 1 }, [VISITOR]: { answerAfter: 6 } };
    if (first === "numa") Object.assign(people, { [A]: { answerAfter: 6 }, [VISITOR]: { answerAfter: 1 } });
    uis.exchange.change({ people });
    await asked({ first_call: first, media_file: "Bad Kingdom-cut.mp3" });
    await clock.advance(5000);
    const waiting = uis.exchange.calls[0]!.legs.find((leg) => leg.party === party);
    expect(waiting?.hears).toEqual({ kind: "music", file: "Bad Kingdom-cut.mp3", since: 1 });
    await clock.advance(2000);
    expect(waiting?.hears.kind).toBe("talk");
  },
);

test.each([
  [{}, SERVICE],
  [{ use_numb_as_numa: true }, SERVICE],
  [{ use_numb_as_numa: false }, VISITOR],
])(
  "with %j the office sees %s, on a group's phones too, and the visitor the service number",
  async (part, seen) => {
    for (const numc of [A, [{ phones: [{ numb: B }] }]]) {
      await asked({ ...part, numc, first_call: "any" });
      const [visitor, office] = uis.exchange.calls.at(-1)!.legs;
      expect([visitor?.callerId, office?.callerId]).toEqual([SERVICE, seen]);
    }
  },
);

test.each([
  ["one call by default", {}, 1],
  ["as many as channels_count", { channels_count: 3 }, 3],
])("a group's phone takes %s, and a call ended makes room", async (_what, part, channels) => {
  const numc = [{ phones: [{ numb: A, ...part }] }];
  for (let count = 0; count <= channels; count += 1) await asked({ numc });
  const reached = (): boolean[] =>
    uis.exchange.calls.map(({ endedBecause }) => endedBecause !== "office-busy");
  expect(reached()).toEqual([...Array.from({ length: channels }, () => true), false]);
  uis.exchange.decline("1", "office-1");
  await asked({ numc });
  expect(reached().at(-1)).toBe(true);
});

test("accepted answers while everything still rings, and the call goes on", async () => {
  uis.settings.answersWhen = "accepted";
  const { answer } = await asked({});
  expect(await answer).toMatchObject({ result: "success" });
  const [call] = uis.exchange.calls;
  expect(call).toMatchObject({ state: "dialling", legs: [{ state: "ringing" }] });
  await clock.advance(60_000);
  expect(call).toMatchObject({ state: "ended", result: "fail", endedBecause: "office-no-answer" });
});

test("carried-out answers at the moment of connection, not of the hang-up", async () => {
  uis.exchange.change({ answerByThemselves: { office: 2, visitor: 3 } });
  const { answer } = await asked({});
  await clock.advance(5000);
  expect(await answer).toMatchObject({ result: "success" });
  const [record] = uis.received("place_calls");
  expect(record!.answeredAt! - record!.at).toBe(5000);
  expect(uis.exchange.calls[0]?.state).toBe("connected");
});
