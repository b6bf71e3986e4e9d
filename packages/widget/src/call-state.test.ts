import type { Call, SessionResponse } from "@uis-call/shared";
import { expect } from "chai";
import { type CallAction, type CallState, transition } from "./call-state.js";

const session = { csrfToken: "t" } as SessionResponse;
const call = (status: Call["status"]): Call => ({
  id: "1",
  status,
  target: "sales",
  createdAt: "",
  updatedAt: "",
});

const after = (...actions: CallAction[]): CallState =>
  actions.reduce<CallState>((state, action) => transition(state, action), { phase: "idle" });

const OPENED: CallAction[] = [{ type: "open" }, { type: "opened", session }];
const SENT: CallAction[] = [...OPENED, { type: "submit" }];

describe("the state of a button", () => {
  it("goes from idle over the form to the end of the call", () => {
    expect(after().phase).to.equal("idle");
    expect(after({ type: "open" }).phase).to.equal("opening");
    expect(after(...OPENED).phase).to.equal("form");
    expect(after(...SENT).phase).to.equal("sending");
    expect(after(...SENT, { type: "changed", call: call("dialing") }).phase).to.equal("following");
    expect(after(...SENT, { type: "changed", call: call("placed") }).phase).to.equal("over");
  });

  it("shows no call that the backend has not confirmed", () => {
    expect(after(...OPENED, { type: "changed", call: call("dialing") }).phase).to.equal("form");
  });

  it("sends once, however often it is told to", () => {
    const sending = after(...SENT);
    expect(transition(sending, { type: "submit" })).to.equal(sending);
  });

  it("goes back to the form with what went wrong", () => {
    const failure = { code: "phone_invalid" as const };
    expect(after(...SENT, { type: "failed", failure })).to.deep.include({ phase: "form", failure });
  });

  it("goes back to the form when the call is lost from sight", () => {
    const failure = { code: "not_found" as const };
    const lost = after(...SENT, { type: "changed", call: call("dialing") }, { type: "failed", failure });
    expect(lost).to.deep.include({ phase: "form", failure });
  });

  it("begins anew for another tenant", () => {
    expect(after(...SENT, { type: "reset" }).phase).to.equal("idle");
  });

  it("can be opened again after the backend could not be reached", () => {
    const unavailable = after({ type: "open" }, { type: "failed", failure: { code: "network" } });
    expect(unavailable.phase).to.equal("unavailable");
    expect(transition(unavailable, { type: "open" }).phase).to.equal("opening");
  });

  it("starts another call only when the last is over", () => {
    expect(after(...SENT, { type: "changed", call: call("dialing") }, { type: "again" }).phase).to.equal(
      "following",
    );
    expect(after(...SENT, { type: "changed", call: call("failed") }, { type: "again" }).phase).to.equal(
      "form",
    );
  });
});
