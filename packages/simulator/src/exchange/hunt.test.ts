import { expect, test } from "vitest";
import { exchangeOnManualClock, group, order, story } from "./exchange.harness.js";

const [A, B, C] = ["79000000101", "79000000102", "79000000103"] as const;

const dialled = (lines: string[]): string[] =>
  lines.filter((line) => /rings|declined|answer|stops|busy/.test(line));

test("a fan-out adds a line after each time-out, up to the limit, and a failed line takes the next phone", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const fanOut = group([A, B, C], { linesLimit: 2, dialingIncrement: 1, incrementalDialingTimeout: 5 });
  const { call } = exchange.place(order({ groups: [fanOut] }));
  await clock.advance(60_000);
  expect(story(call)).toEqual([
    `0.0 office rings ${A}, shows 74990000000`,
    "5.0 up to 2 lines now",
    `5.0 office rings ${B}, shows 74990000000`,
    `20.0 office ${A} did not answer`,
    `20.0 office rings ${C}, shows 74990000000`,
    `25.0 office ${B} did not answer`,
    `40.0 office ${C} did not answer`,
    "40.0 call ended: office-no-answer",
  ]);
});

test("the first office phone to answer wins and the others stop ringing", async () => {
  const { clock, exchange } = exchangeOnManualClock({ people: { [B]: { answerAfter: 3 } } });
  const { call } = exchange.place(order({ groups: [group([A, B], { linesStart: 2, linesLimit: 2 })] }));
  await clock.advance(3000);
  expect(call.legs.map((leg) => [leg.number, leg.state, leg.ended])).toEqual([
    [A, "ended", "cancelled"],
    [B, "answered", undefined],
    ["79000000001", "ringing", undefined],
  ]);
});

test("groups are tried in order, the next when one is exhausted", async () => {
  const { clock, exchange } = exchangeOnManualClock({
    people: { [A]: { busy: true }, [B]: { declineAfter: 2 }, [C]: { answerAfter: 1 } },
  });
  const { call } = exchange.place(order({ groups: [group([A, B]), group([C])] }));
  await clock.advance(5000);
  expect(dialled(story(call)).slice(0, 5)).toEqual([
    `0.0 office ${A} is busy`,
    `0.0 office rings ${B}, shows 74990000000`,
    `2.0 office ${B} declined`,
    `2.0 office rings ${C}, shows 74990000000`,
    `3.0 office ${C} answered`,
  ]);
});

test("an increment never goes beyond the limit", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const fanOut = group([A, B, C], { linesLimit: 2, dialingIncrement: 5, incrementalDialingTimeout: 5 });
  const { call } = exchange.place(order({ groups: [fanOut] }));
  await clock.advance(15_000);
  expect(call.legs.map((leg) => leg.number)).toEqual([A, B]);
});

test("no more lines start than the limit allows", () => {
  const { exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order({ groups: [group([A, B, C], { linesStart: 3, linesLimit: 2 })] }));
  expect(call.legs).toHaveLength(2);
});

test("a phone takes as many calls as it has channels, over all calls of the exchange", () => {
  const { exchange } = exchangeOnManualClock();
  const groups = [{ ...group([]), phones: [{ number: A, channels: 2, ringFor: 20 }] }];
  exchange.place(order({ groups }));
  const second = exchange.place(order({ groups }));
  const third = exchange.place(order({ groups }));
  expect(second.call.state).toBe("dialling");
  expect(third.call.endedBecause).toBe("office-busy");
  exchange.decline("1", "office-1");
  expect(exchange.place(order({ groups })).call.state).toBe("dialling");
});

test("a queue ignores the increments and ends by its own time-out when all phones are busy", async () => {
  const { clock, exchange } = exchangeOnManualClock({ people: { [A]: { busy: true }, [B]: { busy: true } } });
  const fanOut = group([A, B], { linesLimit: 2, dialingIncrement: 1, incrementalDialingTimeout: 5 });
  const { call, outcome } = exchange.place(order({ groups: [fanOut], queueTimeout: 30 }));
  expect(call.state).toBe("queued");
  await clock.advance(29_999);
  expect(call.state).toBe("queued");
  await clock.advance(1);
  expect(call).toMatchObject({ state: "ended", endedBecause: "queue-timeout", result: "fail" });
  expect(story(call).slice(-3)).toEqual([
    "0.0 queued: all phones are busy",
    "30.0 queue time-out",
    "30.0 call ended: queue-timeout",
  ]);
  await expect(outcome).resolves.toBe("fail");
});

test("with a queue only the starting lines ring", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const fanOut = group([A, B], { linesLimit: 2, dialingIncrement: 1, incrementalDialingTimeout: 5 });
  const { call } = exchange.place(order({ groups: [fanOut], queueTimeout: 30 }));
  await clock.advance(15_000);
  expect(call.legs.map((leg) => leg.number)).toEqual([A]);
});

test("a queued call rings a phone that has become free, and its waiting visitor hears music", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const groups = [group([A])];
  exchange.place(order({ groups }));
  exchange.answer("1", "office-1");
  const { call } = exchange.place(order({ groups, firstCall: "numa", queueTimeout: 60 }));
  exchange.answer("2", "visitor");
  expect(call.state).toBe("queued");
  expect(call.legs[0]?.hears).toMatchObject({ kind: "music", file: "tune.mp3" });
  await clock.advance(10_500);
  exchange.hangUp("1");
  await clock.advance(500);
  expect(call.legs.at(-1)).toMatchObject({ party: "office", number: A, state: "ringing" });
  exchange.answer("2", call.legs.at(-1)!.id);
  expect(call.state).toBe("connected");
  await clock.advance(60_000);
  expect(call.state).toBe("connected");
});

test("a queued phone that declined rests a second before it is tried again", async () => {
  const { clock, exchange } = exchangeOnManualClock({ people: { [A]: { declineAfter: 0.5 } } });
  const { call } = exchange.place(order({ groups: [group([A])], queueTimeout: 5 }));
  await clock.advance(10_000);
  expect(story(call).filter((line) => line.includes("queued"))).toHaveLength(1);
  expect(story(call).filter((line) => line.includes("rings"))).toEqual(
    ["0.0", "1.5", "3.5"].map((time) => `${time} office rings ${A}, shows 74990000000`),
  );
  expect(call.endedBecause).toBe("queue-timeout");
});

test("a single office number can be queued for, too", async () => {
  const { clock, exchange } = exchangeOnManualClock({ people: { [A]: { busy: true } } });
  const { call } = exchange.place(order({ queueTimeout: 10 }));
  expect(call.state).toBe("queued");
  exchange.change({ people: { [A]: { answerAfter: 0 } } });
  await clock.advance(1000);
  expect(call.legs.at(-1)?.party).toBe("visitor");
});
