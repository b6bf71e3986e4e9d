import { fixtures, UisSimulator } from "@uis-call/simulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../config/secret.js";
import type { CallOrder } from "./uis-client.js";
import { createV1Client, placeCallsParams } from "./v1.js";

const PARTIES = {
  visitor: "+74959891628",
  serviceNumber: "+74993720692",
  firstCall: "office",
  switchAtOnce: true,
} as const;
const PHONE = { number: "+79164572521", channels: 2, ringFor: 29 };

/** The vendor's samples, written as orders of this client. */
const ORDERS: Record<"singleNumber" | "singleNumberWithMessages" | "groups", Omit<CallOrder, "attempt">> = {
  singleNumber: {
    ...PARTIES,
    office: "+79164572521",
    holdMusic: "Bad Kingdom-cut.mp3",
    officeSeesServiceNumber: false,
  },
  singleNumberWithMessages: {
    ...PARTIES,
    office: "+79164572521",
    holdMusic: "leave message",
    officeSeesServiceNumber: false,
    visitorMessage: { media: "leave message" },
    officeMessage: { media: "leave message" },
  },
  groups: {
    ...PARTIES,
    office: [
      {
        phones: [PHONE, PHONE],
        linesStart: 1,
        linesLimit: 2,
        dialingIncrement: 1,
        incrementalDialingTimeout: 1,
      },
    ],
    queueTimeout: 1,
    holdMusic: "leave message",
    officeSeesServiceNumber: false,
    visitorMessage: { media: "leave message" },
    officeMessage: { media: "leave message" },
  },
};

describe("the vendor's samples", () => {
  let uis: UisSimulator;
  beforeEach(async () => {
    const { login, password } = fixtures.authenticate.request.params as { login: string; password: string };
    uis = new UisSimulator({
      accounts: [{ login, password, serviceNumbers: ["74993720692"] }],
      settings: { answersWhen: "accepted" },
    });
    await uis.start({ port: 0 });
  });
  afterEach(() => uis.stop());

  it.each(["singleNumber", "singleNumberWithMessages", "groups"] as const)(
    "%s goes through client and simulator unchanged",
    async (name) => {
      const { request, answer } = fixtures[name];
      const order: CallOrder = { ...ORDERS[name], attempt: request.id };
      const params = { ...request.params };
      delete params["session_key"];
      expect(placeCallsParams(order)).toEqual(params);

      const client = createV1Client({ url: uis.url, login: "bbb", password: new Secret("bbb") });
      expect(await client.placeCall(order)).toEqual({ kind: "placed" });
      const [received] = uis.received("place_calls");
      expect(received?.params).toEqual({
        ...params,
        session_key: expect.stringMatching(/^[\da-f]{40}$/) as string,
      });
      expect(received?.id).toBe(request.id);
      expect(received?.answer).toEqual(answer);
    },
  );
});
