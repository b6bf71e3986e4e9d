import { expect, test } from "vitest";
import { placeCalls, rpc, sessionKey } from "./v1/endpoint.harness.js";
import { OFFICE, SERVICE, story, VISITOR } from "./exchange/exchange.harness.js";
import { authenticate, playing } from "./script.harness.js";

test("people answer, are busy, are free again with their old habit, decline and hang up at their seconds", async () => {
  const { clock, uis, lines, place } = await playing([
    { at: 0, phone: OFFICE, answerAfter: 3 },
    { at: 0, phone: VISITOR, answerAfter: 1 },
    { at: 10, phone: VISITOR, hangUp: true },
    { at: 20, phone: OFFICE, busy: true },
    { at: 30, phone: OFFICE, busy: false },
    { at: 40, phone: OFFICE, declineAfter: 2, note: "lunch" },
  ]);
  for (let second = 0; second < 50; second += 10) {
    await place();
    await clock.advance(10_000);
  }
  expect(uis.exchange.calls.map((call) => [call.result, call.endedBecause])).toEqual([
    ["success", "visitor-hung-up"],
    ["success", undefined],
    ["fail", "office-busy"],
    ["success", undefined],
    ["fail", "office-declined"],
  ]);
  expect(story(uis.exchange.calls[0]!)).toContain("3.0 office answered");
  expect(story(uis.exchange.calls[3]!)).toContain("3.0 office answered");
  expect(lines).toEqual([
    `script  t+0.0  ${OFFICE} answers after 3 s`,
    `script  t+0.0  ${VISITOR} answers after 1 s`,
    `script  t+10.0  ${VISITOR} hangs up`,
    `script  t+20.0  ${OFFICE} is busy`,
    `script  t+30.0  ${OFFICE} is free`,
    `script  t+40.0  lunch: ${OFFICE} declines after 2 s`,
    "script  t+40.0  the script is over",
  ]);
});

test("a phone that rings already heeds the script", async () => {
  const { clock, uis, place } = await playing([{ at: 5, phone: OFFICE, answerAfter: 2 }]);
  await place();
  await clock.advance(5000);
  expect(story(uis.exchange.calls[0]!)).toContain("5.0 office answered");
});

test("a person who becomes busy no longer answers what rings already", async () => {
  const { clock, uis, place } = await playing([
    { at: 0, phone: OFFICE, answerAfter: 10 },
    { at: 5, phone: OFFICE, busy: true },
  ]);
  await place();
  await clock.advance(60_000);
  expect(uis.exchange.calls[0]?.endedBecause).toBe("office-no-answer");
});

test("one phone can ring unanswered where all others are answered", async () => {
  const { clock, uis, place } = await playing([{ at: 0, phone: OFFICE, answerAfter: null }], {
    answerByThemselves: { office: 1, visitor: 1 },
  });
  await place();
  await clock.advance(60_000);
  expect(uis.exchange.calls[0]?.endedBecause).toBe("office-no-answer");
});

test("a phone without a habit of its own follows the default once it is free again", async () => {
  const { clock, uis, place } = await playing(
    [
      { at: 0, phone: OFFICE, busy: true },
      { at: 10, phone: OFFICE, busy: false },
    ],
    { answerByThemselves: { office: 1, visitor: 1 } },
  );
  await clock.advance(10_000);
  await place();
  await clock.advance(2000);
  expect(uis.exchange.calls[0]?.result).toBe("success");
});

test("limits, allow list and activity of the account change and can be taken back", async () => {
  const { clock, place } = await playing([
    { at: 0, account: { limits: { perMinute: 1 } } },
    { at: 10, account: { limits: {}, allowedAddresses: ["192.0.2.1"] } },
    { at: 20, account: { allowedAddresses: null, active: false } },
    { at: 30, account: { active: true } },
  ]);
  expect(await place()).toMatchObject({ result: "success" });
  expect(await place()).toMatchObject({ error: { code: -32004, data: "1 calls per minute" } });
  await clock.advance(30_000);
  expect(await place()).toMatchObject({ result: "success" });
});

test.each([
  [10, -32001],
  [20, -32003],
])("at second %i the account is refused with %i", async (second, code) => {
  const { clock, uis } = await playing([
    { at: 10, account: { allowedAddresses: ["192.0.2.1"] } },
    { at: 20, account: { allowedAddresses: null, active: false } },
  ]);
  await clock.advance(second * 1000);
  expect(await (await authenticate(uis)).json()).toMatchObject({ error: { code } });
});

test("session keys expire at their second, and new ones work", async () => {
  const { clock, uis, place } = await playing([{ at: 10, keys: "expire" }]);
  const key = await sessionKey(uis);
  await clock.advance(10_000);
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject({ error: { code: -32005 } });
  expect(await place()).toMatchObject({ result: "success" });
});

test("settings change", async () => {
  const { clock, uis } = await playing([{ at: 10, settings: { ringFor: 30 } }]);
  await clock.advance(10_000);
  expect(uis.settings.ringFor).toBe(30);
});

test("a stopped script plays no more", async () => {
  const { clock, uis, script, lines, place } = await playing([
    { at: 1, phone: SERVICE, busy: true },
    { at: 2, uis: { status: 500 }, for: 10 },
  ]);
  await clock.advance(1000);
  script.stop();
  await clock.advance(5000);
  expect(lines).toHaveLength(1);
  expect(uis.beforeAnswer).toBeUndefined();
  expect(await place()).toMatchObject({ result: "success" });
});
