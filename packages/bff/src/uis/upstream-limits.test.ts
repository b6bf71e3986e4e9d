import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BACKOFF } from "../notifications/outbox-worker.js";
import { ANSWER_LIMIT, TIMEOUTS } from "../notifications/webhook.js";
import { REQUEST_LIMITS } from "./json-rpc.js";
import { answerWithin, type CallOrder } from "./uis-client.js";
import { AUTHENTICATE_WITHIN } from "./v1.js";

const page = readFileSync(new URL("../../../../docs/security.md", import.meta.url), "utf8");
const rows = page
  .slice(page.indexOf("## Limits of outgoing requests"))
  .split("\n")
  .filter((line) => /^\| (UIS|a tenant)/.test(line))
  .map((line) => line.split(/ *\| */).slice(1, -1));

const seconds = (ms: number): string => `${String(ms / 1000)} s`;
const kilobytes = (bytes: number): string => `${String(bytes / 1024)} kB`;

/** An order with the shortest possible ringing time: it has no office phone. */
const BRIEF: CallOrder = {
  attempt: 1,
  visitor: "+79000000001",
  office: [],
  serviceNumber: "+74990000000",
  firstCall: "visitor",
  switchAtOnce: true,
  officeSeesServiceNumber: false,
};

describe("docs/security.md", () => {
  it("states the code's limits for UIS: connection, answer, size and back-off", () => {
    const { connectMs, readMs, answerBytes } = REQUEST_LIMITS;
    expect(answerWithin(BRIEF)).toBe(120);
    const uis = [`a fresh one, ${seconds(connectMs)}`, kilobytes(answerBytes)];
    expect(rows.map(([of, connection, answer, size]) => [of, connection, size, answer])).toEqual([
      ["UIS, `authenticate`", ...uis, `${String(AUTHENTICATE_WITHIN)} s, then ${seconds(readMs)} to read it`],
      [
        "UIS, `place_calls`",
        ...uis,
        `as long as its phones can ring, two minutes at least; then ${seconds(readMs)} to read it`,
      ],
      [
        "a tenant's webhook",
        `a fresh one, ${seconds(TIMEOUTS.connect)} each for name, TCP and TLS`,
        kilobytes(ANSWER_LIMIT),
        `${seconds(TIMEOUTS.whole)} for everything`,
      ],
    ]);
    expect(rows.at(-1)?.at(-1)).toContain(`at most ${String(BACKOFF.longest / 60_000)} minutes apart`);
  });
});
