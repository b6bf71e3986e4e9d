import { once } from "node:events";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../exchange/clock.js";
import { post, type RpcBody } from "./endpoint.harness.js";
import { story } from "../exchange/exchange.harness.js";
import { type Fixture, fixtures } from "./fixtures.js";
import { UisSimulator } from "../simulator.js";

let clock: ManualClock;
let uis: UisSimulator;

beforeEach(async () => {
  clock = new ManualClock();
  uis = new UisSimulator({
    clock,
    accounts: [{ login: "bbb", password: "bbb", serviceNumbers: ["74993720692"] }],
    settings: { answerByThemselves: { office: 2, visitor: 2 } },
  });
  await uis.start({ port: 0 });
});

afterEach(() => uis.stop());

const send = async (request: Fixture["request"]): Promise<RpcBody> =>
  (await (await post(uis, JSON.stringify(request))).json()) as RpcBody;

async function issuedKey(): Promise<string> {
  const { result } = await send(fixtures.authenticate.request);
  return (result as { session_key: string }).session_key;
}

async function placed({ request }: Fixture): Promise<RpcBody> {
  const answer = send({ ...request, params: { ...request.params, session_key: await issuedKey() } });
  await once(uis.exchange, "change");
  await clock.advance(4000);
  return answer;
}

test("every file of the folder is a fixture that names its paragraph", () => {
  const all = Object.values(fixtures);
  expect(readdirSync(new URL("../../fixtures", import.meta.url))).toHaveLength(all.length);
  for (const { source, settled, request, answer } of all) {
    expect(source).toMatch(/^call-api-v1\.seed\.ru\.txt, §[2-5], ./);
    expect(settled).not.toEqual([]);
    expect(answer.id).toBe(request.id);
  }
});

test("the sample of §3 is answered with a new session key", async () => {
  const { request, answer } = fixtures.authenticate;
  const received = await send(request);
  const session_key = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
  expect(received).toEqual({ ...answer, result: { session_key } });
  expect(received).not.toEqual(answer);
});

test("the sample of §2 connects office and visitor, each seeing the right number", async () => {
  expect(await placed(fixtures.singleNumber)).toEqual(fixtures.singleNumber.answer);
  expect(story(uis.exchange.calls[0]!)).toEqual([
    "0.0 office rings 79164572521, shows 74959891628",
    "2.0 office answered",
    "2.0 office hears Bad Kingdom-cut.mp3",
    "2.0 visitor rings 74959891628, shows 74993720692",
    "4.0 visitor answered",
    "4.0 connected",
  ]);
});

test("the sample of §4 plays its message until the visitor answers", async () => {
  expect(await placed(fixtures.singleNumberWithMessages)).toEqual(fixtures.singleNumberWithMessages.answer);
  expect(story(uis.exchange.calls[0]!).slice(2)).toEqual([
    "2.0 office hears message leave message",
    "2.0 visitor rings 74959891628, shows 74993720692",
    "4.0 visitor answered",
    "4.0 message to office cut off",
    "4.0 connected",
  ]);
});

test("the sample with groups and a queue rings one line of the group and connects", async () => {
  expect(await placed(fixtures.groups)).toEqual(fixtures.groups.answer);
  expect(uis.exchange.calls[0]!.legs.map(({ number, state }) => [number, state])).toEqual([
    ["79164572521", "connected"],
    ["74959891628", "connected"],
  ]);
});

test("the sample of §5 is answered with the documented error, its key being unknown", async () => {
  expect(await send(fixtures.keyUnknown.request)).toEqual(fixtures.keyUnknown.answer);
});
