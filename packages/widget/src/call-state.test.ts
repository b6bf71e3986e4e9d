import type { Call, SessionResponse } from "@uis-call/shared";
import { expect } from "chai";
import {
  again,
  begun,
  type CallState,
  changed,
  failed,
  lost,
  opened,
  resumed,
  type Step,
  submitted,
  turned,
} from "./call-state.js";

const session = { csrfToken: "t" } as SessionResponse;
const call = (status: Call["status"]): Call => ({
  id: "1",
  status,
  target: "sales",
  createdAt: "",
  updatedAt: "",
});

const after = (...steps: Step[]): CallState =>
  steps.reduce<CallState>((state, step) => step(state), { phase: "idle" });

const OPENED = [begun, opened(session)];
const SENT = [...OPENED, submitted];

describe("the state of a button", () => {
  it("goes from idle over the form to the end of the call", () => {
    expect(after().phase).to.equal("idle");
    expect(after(begun).phase).to.equal("opening");
    expect(after(...OPENED).phase).to.equal("form");
    expect(after(...SENT).phase).to.equal("sending");
    expect(after(...SENT, changed(call("dialing"))).phase).to.equal("following");
    expect(after(...SENT, changed(call("placed"))).phase).to.equal("over");
  });

  it("shows no call that the backend has not confirmed", () => {
    expect(after(...OPENED, changed(call("dialing"))).phase).to.equal("form");
  });

  it("sends once, however often it is told to", () => {
    const sending = after(...SENT);
    expect(submitted(sending)).to.equal(sending);
  });

  it("goes back to the form with what went wrong", () => {
    const failure = { code: "phone_invalid" as const };
    expect(after(...SENT, failed(failure))).to.deep.include({ phase: "form", failure });
  });

  it("goes back to the form when the call is lost from sight", () => {
    const failure = { code: "not_found" as const };
    expect(after(...SENT, changed(call("dialing")), failed(failure))).to.deep.include({
      phase: "form",
      failure,
    });
    // A resumed call has no session. Without a session there is no form, so the state is `idle`.
    expect(after(resumed(call("dialing")), failed(failure))).to.deep.include({ phase: "idle", failure });
  });

  it("has no form with a session that is another's, and keeps a call that is there", () => {
    const failure = { code: "network" as const };
    expect(after(...OPENED, lost(failure))).to.deep.equal({ phase: "unavailable", failure });
    expect(after(resumed(call("dialing")), lost(failure)).phase).to.equal("following");
  });

  it("can be opened again after the backend could not be reached", () => {
    const unavailable = after(begun, lost({ code: "network" }));
    expect(unavailable.phase).to.equal("unavailable");
    expect(begun(unavailable).phase).to.equal("opening");
  });

  it("is of another matter with the session it has, and shows the call of that one", () => {
    expect(after(...SENT, changed(call("dialing")), turned)).to.deep.equal(after(...OPENED));
    expect(after(...SENT, turned, changed(call("dialing"))).phase).to.equal("form");
    expect(after(...OPENED, turned, resumed(call("dialing")))).to.include({ phase: "following", session });
    expect(after(resumed(call("dialing")), turned).phase).to.equal("idle");
    expect(after(begun, turned, opened(session)).phase).to.equal("form");
  });

  it("starts another call only when the last is over", () => {
    expect(after(...SENT, changed(call("dialing")), again).phase).to.equal("following");
    expect(after(...SENT, changed(call("failed")), again).phase).to.equal("form");
  });
});
