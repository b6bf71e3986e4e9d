import type * as shared from "@uis-call/shared";
import { expect } from "chai";
import type * as ours from "./contract.js";

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

it("the published types say what the contract says: the compiler checks it", () => {
  const same: [
    Same<ours.Call, shared.Call>,
    Same<ours.CallStatus, shared.CallStatus>,
    Same<ours.CallReason, shared.CallReason>,
    Same<ours.VisitorErrorCode, shared.VisitorErrorCode>,
  ] = [true, true, true, true];
  expect(same).not.to.include(false);
});
