import { expect, test, vi } from "vitest";
import { exchangeOnManualClock, OFFICE, order, SERVICE, story, VISITOR } from "./exchange.harness.js";

test("the office rings first with numc, and the visitor as soon as it has answered", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const { call, outcome } = exchange.place(
    order({ messages: { office: { type: "media", value: "hi.mp3" } } }),
  );
  expect(call.legs).toMatchObject([{ id: "office-1", party: "office", number: OFFICE, state: "ringing" }]);

  await clock.advance(4200);
  exchange.answer("1", "office-1");
  expect(call.legs[0]?.hears).toEqual({
    kind: "message",
    type: "media",
    file: "hi.mp3",
    since: 4.2,
    until: 9.2,
  });
  expect(call.legs[1]).toMatchObject({ id: "visitor", number: VISITOR, callerId: SERVICE, state: "ringing" });

  await clock.advance(6000);
  expect(call.legs[0]?.hears).toEqual({ kind: "music", file: "tune.mp3", since: 9.2 });
  exchange.answer("1", "visitor");
  expect(call).toMatchObject({ state: "connected", result: "success" });
  expect(call.legs.map((leg) => leg.hears.kind)).toEqual(["talk", "talk"]);
  await expect(outcome).resolves.toBe("success");

  await clock.advance(30_000);
  exchange.hangUp("1", "visitor");
  expect(call).toMatchObject({ state: "ended", result: "success", endedBecause: "visitor-hung-up" });
  expect(story(call)).toEqual([
    "0.0 office rings 79000000101, shows 74990000000",
    "4.2 office answered",
    "4.2 office hears message hi.mp3",
    "4.2 visitor rings 79000000001, shows 74990000000",
    "9.2 message to office heard to its end",
    "9.2 office hears tune.mp3",
    "10.2 visitor answered",
    "10.2 connected",
    "40.2 visitor hung up",
    "40.2 office is hung up",
    "40.2 call ended: visitor-hung-up",
  ]);
});

test("the visitor rings first with numa", () => {
  const { exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order({ firstCall: "numa" }));
  expect(call.legs.map((leg) => leg.party)).toEqual(["visitor"]);
  exchange.answer("1", "visitor");
  expect(call.legs.map((leg) => [leg.party, leg.state])).toEqual([
    ["visitor", "answered"],
    ["office", "ringing"],
  ]);
});

test("both ring at once with any", () => {
  const { exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order({ firstCall: "any" }));
  expect(call.legs.map((leg) => leg.state)).toEqual(["ringing", "ringing"]);
});

test.each([
  ["office", "office-1"],
  ["visitor", "visitor"],
])("the call fails when the %s declines, and the other phone stops ringing", async (party, leg) => {
  const { exchange } = exchangeOnManualClock();
  const { call, outcome } = exchange.place(order({ firstCall: "any" }));
  exchange.decline("1", leg);
  expect(call).toMatchObject({ state: "ended", result: "fail", endedBecause: `${party}-declined` });
  expect(call.legs.map((each) => each.ended).sort()).toEqual(["cancelled", "declined"]);
  await expect(outcome).resolves.toBe("fail");
});

test("a phone that rings for its whole time counts as not answering", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order());
  exchange.answer("1", "office-1");
  await clock.advance(59_999);
  expect(call.state).toBe("dialling");
  await clock.advance(1);
  expect(call).toMatchObject({ state: "ended", result: "fail", endedBecause: "visitor-no-answer" });
  expect(call.legs[0]?.ended).toBe("hung-up");
});

test("a busy visitor ends the call before anything rings there", () => {
  const { exchange } = exchangeOnManualClock({ people: { [VISITOR]: { busy: true } } });
  const { call } = exchange.place(order({ firstCall: "numa" }));
  expect(call).toMatchObject({ endedBecause: "visitor-busy", result: "fail", legs: [{ ended: "busy" }] });
});

test("a hang-up before connection ends the call as failed", () => {
  const { exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order());
  exchange.answer("1", "office-1");
  exchange.hangUp("1", "office-1");
  expect(call).toMatchObject({ result: "fail", endedBecause: "office-hung-up" });
  expect(call.legs.map((leg) => leg.ended)).toEqual(["hung-up", "cancelled"]);
});

test("people answer and decline by themselves after their seconds", async () => {
  const { clock, exchange } = exchangeOnManualClock({
    answerByThemselves: { office: 2 },
    people: { [VISITOR]: { declineAfter: 3 } },
  });
  const { call } = exchange.place(order());
  await clock.advance(5000);
  expect(story(call)).toContain("2.0 office answered");
  expect(story(call)).toContain("5.0 visitor declined");
});

test("a phone that rings already heeds a setting changed meanwhile", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order());
  await clock.advance(3000);
  exchange.change({ answerByThemselves: { office: 5 } });
  await clock.advance(2000);
  expect(story(call)).toContain("5.0 office answered");
});

test("what a leg cannot do is refused with a code and changes nothing", () => {
  const { exchange } = exchangeOnManualClock();
  const { call } = exchange.place(order());
  const before = structuredClone(call);
  const code = (run: () => void): unknown => {
    try {
      run();
    } catch (error) {
      return (error as { code: string }).code;
    }
    return "done";
  };
  expect(code(() => exchange.answer("7", "visitor"))).toBe("call_unknown");
  expect(code(() => exchange.answer("1", "visitor"))).toBe("leg_unknown");
  expect(code(() => exchange.hangUp("1", "office-1"))).toBe("leg_not_up");
  expect(call).toEqual(before);
  exchange.answer("1", "office-1");
  expect(code(() => exchange.answer("1", "office-1"))).toBe("leg_not_ringing");
  expect(code(() => exchange.decline("1", "office-1"))).toBe("leg_not_ringing");
  exchange.hangUp("1");
  expect(call.endedBecause).toBe("hung-up");
  expect(code(() => exchange.hangUp("1"))).toBe("call_ended");
});

test("every change is told, and a call stays plain JSON", () => {
  const { exchange } = exchangeOnManualClock();
  const changed = vi.fn();
  exchange.on("change", changed);
  const { call } = exchange.place(order());
  exchange.answer("1", "office-1");
  exchange.answer("1", "visitor");
  exchange.hangUp("1");
  expect(changed).toHaveBeenCalledTimes(4);
  expect(JSON.parse(JSON.stringify(call))).toEqual(call);
});

test("a reset fails the calls under way and forgets them", async () => {
  const { clock, exchange } = exchangeOnManualClock();
  const { call, outcome } = exchange.place(order());
  exchange.reset();
  await expect(outcome).resolves.toBe("fail");
  expect(exchange.calls).toEqual([]);
  const { length } = call.timeline;
  await clock.advance(100_000);
  expect(call.timeline).toHaveLength(length);
});
