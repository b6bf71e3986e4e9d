import { describe, expect, test } from "vitest";
import type { CallOrder, ExchangeCall, Party } from "./call.js";
import { exchangeOnManualClock, OFFICE, order, textOf, VISITOR } from "./exchange.harness.js";

/**
 * Runs a telephone call. The first leg is answered at second 1.0, and its message lasts `seconds`. The second leg is
 * answered at second 5.0, and its message lasts 3 seconds.
 */
async function callWith(
  firstCall: CallOrder["firstCall"],
  switchAtOnce: boolean,
  seconds: number,
): Promise<{ first: Party; call: ExchangeCall }> {
  const first: Party = firstCall === "numa" ? "visitor" : "office";
  const answers = { first: 1, second: firstCall === "any" ? 5 : 4 };
  const { clock, exchange } = exchangeOnManualClock({
    people: {
      [VISITOR]: { answerAfter: first === "visitor" ? answers.first : answers.second },
      [OFFICE]: { answerAfter: first === "office" ? answers.first : answers.second },
    },
  });
  const messages =
    first === "office"
      ? { office: textOf(seconds), visitor: textOf(3) }
      : { visitor: textOf(seconds), office: textOf(3) };
  const { call } = exchange.place(order({ firstCall, switchAtOnce, messages }));
  await clock.advance(30_000);
  return { first, call };
}

/** Returns the timeline. The legs are named "first" and "second", in the order in which they were answered. */
const told = (call: ExchangeCall, first: Party): string[] =>
  call.timeline.map(({ t, text }) => {
    const named = text.replace(/visitor|office/g, (party) => (party === first ? "first" : "second"));
    return `${t.toFixed(1)} ${named.replace(/ rings.*/, " rings").replace(/“a+”/, "its message")}`;
  });

const untilFirstMessage = (firstCall: CallOrder["firstCall"], first: Party): string[] => {
  if (firstCall !== "any") {
    return ["0.0 first rings", "1.0 first answered", "1.0 first hears its message", "1.0 second rings"];
  }
  const rings = ["0.0 second rings", "0.0 first rings"];
  return [
    ...(first === "office" ? rings : rings.reverse()),
    "1.0 first answered",
    "1.0 first hears its message",
  ];
};

describe.each(["numc", "numa", "any"] as const)("first_call %s", (firstCall) => {
  test("switch_at_once cuts off a message longer than the wait, and the second hears none", async () => {
    const { first, call } = await callWith(firstCall, true, 8);
    expect(told(call, first)).toEqual([
      ...untilFirstMessage(firstCall, first),
      "5.0 second answered",
      "5.0 message to first cut off",
      "5.0 connected",
    ]);
  });

  test("switch_at_once connects at the second answer when the message is over already", async () => {
    const { first, call } = await callWith(firstCall, true, 2);
    expect(told(call, first)).toEqual([
      ...untilFirstMessage(firstCall, first),
      "3.0 message to first heard to its end",
      "3.0 first hears tune.mp3",
      "5.0 second answered",
      "5.0 connected",
    ]);
  });

  test("without it a long message is heard to its end, and the second waits with music", async () => {
    const { first, call } = await callWith(firstCall, false, 8);
    expect(told(call, first)).toEqual([
      ...untilFirstMessage(firstCall, first),
      "5.0 second answered",
      "5.0 second hears its message",
      "8.0 message to second heard to its end",
      "8.0 second hears tune.mp3",
      "9.0 message to first heard to its end",
      "9.0 connected",
    ]);
  });

  test("without it the first waits with music for the end of the second's message", async () => {
    const { first, call } = await callWith(firstCall, false, 2);
    expect(told(call, first)).toEqual([
      ...untilFirstMessage(firstCall, first),
      "3.0 message to first heard to its end",
      "3.0 first hears tune.mp3",
      "5.0 second answered",
      "5.0 second hears its message",
      "8.0 message to second heard to its end",
      "8.0 connected",
    ]);
  });
});
