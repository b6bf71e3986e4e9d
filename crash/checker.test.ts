import { describe, expect, it } from "vitest";
import { type Accepted, type LedgerView, check, type Journal, type ClientView } from "./checker.js";

type Call = LedgerView["calls"][number];

const VISITOR = "79000000001";
const OTHER = "79000000002";

const accepted = (id: string, number: string): Accepted => ({
  id,
  number,
  point: "random",
  asked: [],
  scheduled: false,
});
const call = (id: string, number: string, status: string): Call => ({ id, number, status, updatedAt: 0 });
const note = (of: string, status: string, delivered = false) => ({
  id: `${of}-note`,
  call: of,
  status,
  delivered,
});

/**
 * The clients' records of two calls: "one" succeeded, and "two" was not answered. The note about "two" was delivered.
 */
const client: ClientView = {
  accepted: [accepted("one", VISITOR), accepted("two", OTHER)],
  refused: [],
  arrived: new Map([["two-note", 1]]),
};
const ledger: LedgerView = {
  calls: [call("one", VISITOR, "placed"), call("two", OTHER, "failed")],
  notes: [note("two", "failed", true)],
  takenBack: 0,
};
const journal: Journal = { received: [VISITOR, OTHER], rang: [VISITOR, OTHER], succeeded: [VISITOR] };

const checked = (change: Partial<ClientView & LedgerView & Journal>) =>
  check({ ...client, ...change }, { ...ledger, ...change }, { ...journal, ...change });

describe("the checker", () => {
  it("finds nothing where all is well", () => {
    expect(checked({})).toMatchObject({ accepted: 2, rang: 2, lost: [], twice: [], untrue: [], unknown: 0 });
  });

  it("finds a number that rang twice", () => {
    expect(checked({ rang: [VISITOR, OTHER, VISITOR] }).twice).toEqual(["one"]);
  });

  it.each<[string, Partial<LedgerView & ClientView>]>([
    ["that is not in the ledger", { calls: [call("two", OTHER, "failed")] }],
    [
      "that is in the ledger with another number",
      { calls: [call("one", "79000000009", "placed"), ...ledger.calls.slice(1)] },
    ],
    ["that is not over", { calls: [call("one", VISITOR, "waiting"), ...ledger.calls.slice(1)] }],
  ])("finds a call lost %s", (_case, change) => {
    expect(checked(change).lost).toEqual(["one"]);
  });

  it.each<[string, Partial<LedgerView & ClientView>]>([
    ["no note was made of", { notes: [] }],
    ["the note says something else of", { notes: [note("two", "held")] }],
    ["the note was struck off for, without having arrived,", { arrived: new Map() }],
  ])("finds a call lost that %s", (_case, change) => {
    expect(checked(change).lost).toEqual(["two"]);
  });

  it("leaves a note the time it takes to arrive", () => {
    expect(checked({ notes: [note("two", "failed")], arrived: new Map() })).toMatchObject({
      lost: [],
      notesLeft: 1,
    });
  });

  it.each<[string, Partial<LedgerView & ClientView & Journal>]>([
    ["placed, and UIS knows nothing of it", { rang: [OTHER] }],
    ["placed, and UIS did not say so", { succeeded: [] }],
    ["cancelled, and it rang", { calls: [call("one", VISITOR, "cancelled"), ...ledger.calls.slice(1)] }],
    ["failed, and UIS said success", { calls: [call("one", VISITOR, "failed"), ...ledger.calls.slice(1)] }],
    ["there, and the visitor was told that there will be none", { refused: [VISITOR] }],
    ["there twice", { calls: [...ledger.calls, call("three", VISITOR, "placed")] }],
  ])("finds untrue a call that is %s", (_case, change) => {
    expect(checked(change).untrue).toEqual([expect.stringMatching(/^one is /)]);
  });

  it("tells a call that UIS was never asked for from one whose outcome is unknown", () => {
    const unknown: Partial<LedgerView & Journal> = {
      calls: [call("one", VISITOR, "unknown"), call("two", OTHER, "unknown")],
      notes: [note("one", "unknown"), note("two", "unknown")],
      received: [OTHER],
      rang: [OTHER],
      succeeded: [],
    };
    const { falseUnknown, ...findings } = checked(unknown);
    expect(findings).toMatchObject({ unknown: 2, lost: [], untrue: [] });
    expect(falseUnknown.map(({ id }) => id)).toEqual(["one"]);
  });
});
