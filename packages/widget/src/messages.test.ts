import { expect } from "chai";
import type { CallReason, CallStatus } from "@uis-call/shared";
import { messagesFor } from "./messages.js";

/** Every status and reason there is: a new one that is not here does not compile. */
const STATUSES: Record<CallStatus, true> = {
  accepted: true,
  scheduled: true,
  waiting: true,
  dialing: true,
  placed: true,
  failed: true,
  unknown: true,
  held: true,
  cancelled: true,
};
const REASONS: Record<CallReason, CallStatus> = {
  not_connected: "failed",
  service_refused: "held",
  no_answer_from_service: "unknown",
  interrupted: "unknown",
  service_unreachable: "waiting",
  service_limit: "waiting",
  deadline_passed: "held",
  number_under_way: "held",
  restored: "held",
  time_uncertain: "held",
  limit_reached: "held",
  number_blocked: "held",
  calls_stopped: "held",
};

describe("what the element says of a call", () => {
  for (const locale of ["en", "ru"]) {
    const { status: texts, reason: reasons } = messagesFor(locale);
    const said: [string, string][] = [
      ...Object.keys(STATUSES).map((status): [string, string] => [status, texts[status as CallStatus]]),
      ...Object.entries(REASONS).map(([reason, status]): [string, string] => [
        reason,
        reasons[reason as CallReason] ?? texts[status],
      ]),
    ];
    for (const [about, sentence] of said) {
      it(`is a sentence in ${locale} for ${about}, and no code of ours`, () => {
        expect(sentence).to.match(locale === "ru" ? /^[А-ЯЁ]/ : /^[A-Z]/);
        expect(sentence).to.match(/[.!]$/);
        expect(sentence).not.to.match(/_|UIS|-32|\d{3}/);
      });
    }
  }
});
