import { describe, expect, it } from "vitest";
import { answerWithin, type CallOrder } from "./uis-client.js";

const order = (change: Partial<CallOrder>): CallOrder => ({
  attempt: 1,
  visitor: "+79000000001",
  office: "+79000000101",
  serviceNumber: "+74990000000",
  firstCall: "office",
  switchAtOnce: true,
  officeSeesServiceNumber: true,
  ...change,
});

const group = (...ringFor: number[]) => ({
  phones: ringFor.map((seconds) => ({ number: "+79000000101", channels: 1, ringFor: seconds })),
  linesStart: 1,
  linesLimit: 1,
});

describe("the time UIS may take to answer", () => {
  it("is at least two minutes", () => {
    expect(answerWithin(order({}))).toBeGreaterThanOrEqual(120);
    expect(answerWithin(order({ office: [group(5)] }))).toBe(120);
  });

  it("covers every phone ringing one after the other, the visitor's, the queue, and a margin", () => {
    expect(answerWithin(order({ office: [group(60, 60), group(100)], queueTimeout: 300 }))).toBe(
      60 + 60 + 100 + 60 + 300 + 30,
    );
  });

  it("covers what is spoken before the two are connected", () => {
    const spoken = order({
      visitorMessage: { text: "a".repeat(800) },
      officeMessage: { media: "hello.mp3" },
    });
    expect(answerWithin(spoken)).toBe(60 + 60 + 100 + 60 + 30);
  });
});
