import { afterEach, beforeEach, expect, test } from "vitest";
import type { Account } from "./accounts.js";
import { ManualClock } from "../exchange/clock.js";
import { placeCalls, rpc, type RpcBody, sessionKey } from "./endpoint.harness.js";
import { UisSimulator } from "../simulator.js";

const account = (login: string, part: Partial<Account> = {}): Account => ({
  login,
  password: login,
  serviceNumbers: ["74990000000"],
  ...part,
});

let clock: ManualClock;
let uis: UisSimulator;

beforeEach(async () => {
  clock = new ManualClock();
  const accounts = [
    account("demo"),
    account("acme", { serviceNumbers: ["74990000001", "74990000002"] }),
    account("slow", { limits: { perMinute: 2 } }),
    account("small", { limits: { perDay: 2 } }),
  ];
  uis = new UisSimulator({ clock, accounts, settings: { answersWhen: "accepted" } });
  await uis.start({ port: 0 });
});

afterEach(() => uis.stop());

const place = async (login: string, part: object = {}): Promise<RpcBody> =>
  rpc(uis, "place_calls", placeCalls(await sessionKey(uis, login), part));

const refusedWith = (code: number): object => ({ error: { code } });
const success = { result: "success" };

test("each account has its own password, keys and service numbers", async () => {
  expect(await rpc(uis, "authenticate", { login: "acme", password: "demo" })).toMatchObject(
    refusedWith(-32003),
  );
  expect(await place("acme", { numb: "74990000001" })).toMatchObject(success);
  expect(await place("acme", { numb: "74990000002" })).toMatchObject(success);
  expect(await place("acme", { numb: "74990000000" })).toMatchObject(refusedWith(-32003));
  expect(await place("demo", { numb: "74990000001" })).toMatchObject(refusedWith(-32003));
  expect(await place("demo")).toMatchObject(success);
  expect(uis.exchange.calls.map((call) => [call.account, call.serviceNumber])).toEqual([
    ["acme", "74990000001"],
    ["acme", "74990000002"],
    ["demo", "74990000000"],
  ]);
});

test("the minute's limit slides: a call makes room sixty seconds later", async () => {
  expect(await place("slow")).toMatchObject(success);
  await clock.advance(30_000);
  expect(await place("slow")).toMatchObject(success);
  await clock.advance(29_999);
  expect(await place("slow")).toMatchObject(refusedWith(-32004));
  await clock.advance(1);
  expect(await place("slow")).toMatchObject(success);
  expect(await place("slow")).toMatchObject(refusedWith(-32004));
});

test("the day's limit holds for twenty-four hours from each call", async () => {
  expect(await place("small")).toMatchObject(success);
  expect(await place("small")).toMatchObject(success);
  await clock.advance(24 * 3_600_000 - 1);
  expect(await place("small")).toMatchObject(refusedWith(-32004));
  await clock.advance(1);
  expect(await place("small")).toMatchObject(success);
});

test("an account's limit is not used up by its refused calls, by other accounts or by authenticate", async () => {
  await place("slow", { numb: "74990000001" });
  await place("slow", { numa: "x" });
  await place("demo");
  expect(await place("slow")).toMatchObject(success);
  expect(await place("slow")).toMatchObject(success);
  expect(await place("slow")).toMatchObject(refusedWith(-32004));
  expect(await place("demo")).toMatchObject(success);
});

test("place_calls heeds the allow list of the account its key belongs to, and of no other", async () => {
  const key = await sessionKey(uis);
  const demo = uis.accounts.find(({ login }) => login === "demo")!;
  demo.allowedAddresses = ["192.0.2.1"];
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject({
    error: { code: -32001, data: "127.0.0.1 is not on the allow list" },
  });
  expect(await place("slow")).toMatchObject(success);
  demo.allowedAddresses.push("127.0.0.1");
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject(success);
});

test("a call under way outlives the key it was asked with", async () => {
  await place("demo");
  uis.expireSessionKeys();
  await clock.advance(30_000);
  uis.exchange.answer("1", "office-1");
  uis.exchange.answer("1", "visitor");
  expect(uis.exchange.calls[0]?.state).toBe("connected");
});

test("a new key leaves the old one valid until its own hour is over", async () => {
  const old = await sessionKey(uis);
  await clock.advance(1_800_000);
  const young = await sessionKey(uis);
  await clock.advance(1_800_000);
  expect(await rpc(uis, "place_calls", placeCalls(old))).toMatchObject(refusedWith(-32005));
  expect(await rpc(uis, "place_calls", placeCalls(young))).toMatchObject(success);
});

test("the accounts given are copied: changing one simulator's leaves another's alone", () => {
  const given = [account("demo")];
  const [one, other] = [new UisSimulator({ accounts: given }), new UisSimulator({ accounts: given })];
  one.accounts[0]!.active = false;
  expect([other.accounts[0]?.active, given[0]?.active]).toEqual([undefined, undefined]);
});
