import { acmeYaml, SCANNED } from "@uis-call/testing/acme";
import { describe, expect, it } from "vitest";
import { parseConfiguration } from "../config/configuration-file.js";
import { cipher } from "../store/number-cipher.harness.js";
import type { CallRow } from "../store/tables.js";
import { orderFor } from "./call-order.js";

const BUYER = "+79000000001";
const SUPPLIER = "+79000000404";

/** Builds the order for an accepted call. The configuration has a target with the given `office` and `visitor`. */
function orderUnder(
  {
    office,
    visitor = "asked",
    required = false,
  }: { office: string; visitor?: CallRow["visitor_source"]; required?: boolean },
  call: {
    officeNumber?: string;
    visitorSource?: CallRow["visitor_source"];
    operator?: boolean;
    identity?: string;
    visitorNumber?: string;
    target?: string;
    product?: string;
  },
  more = "",
) {
  const { tenants } = parseConfiguration(
    acmeYaml(
      "https://uis.example/v1",
      `identity: { secret: { env: IDENTITY_SECRET }, required: ${String(required)} }\n    sealing: { key: { env: SEALING_KEY } }`,
      `it: { title: It, office: ${office}, visitor: ${visitor}${more} }`,
    ),
    {
      variable: (name) =>
        ({ IDENTITY_SECRET: SCANNED.identitySecret, SEALING_KEY: SCANNED.sealingKey })[name] ?? "x",
      file: () => undefined,
    },
    "t",
  );
  const [acme] = tenants;
  const { officeNumber, identity, visitorNumber = BUYER, target = "it", product } = call;
  const row = {
    target,
    visitor_number: cipher.encrypt(visitorNumber),
    visitor_source: call.visitorSource ?? (target === "it" ? visitor : "asked"),
    operator_hash: (call.operator ?? (office === "identity" && officeNumber !== undefined)) ? "hash" : null,
    office_number: officeNumber === undefined ? null : cipher.encrypt(officeNumber),
    identity: identity ?? null,
    variables: JSON.stringify({ product }),
    locale: "en",
  } as CallRow;
  return acme && orderFor(row, acme, cipher, 1);
}

const FIXED = '"+79000000101"';

describe("a message", () => {
  const MESSAGES =
    ', variables: [product], officeMessage: { text: "{product}" }, visitorMessage: { text: "{product}!" }';

  it.each([undefined, "", " ", "<>", "\u200b", "…", "+7 900 000-00-01"])(
    "of which nothing is left to say, with %j filled in, is left out",
    (product) => {
      const order = orderUnder({ office: FIXED }, product === undefined ? {} : { product }, MESSAGES);
      expect(Object.keys(order ?? {})).toContain("visitor");
      expect(order?.officeMessage).toBeUndefined();
      expect(order?.visitorMessage).toBeUndefined();
    },
  );

  it("with something to say is sent", () => {
    const order = orderUnder({ office: FIXED }, { product: "Lamp" }, MESSAGES);
    expect(order).toMatchObject({ officeMessage: { text: "Lamp" }, visitorMessage: { text: "Lamp!" } });
  });
});

describe("what UIS is asked to do, by the configuration as it is when it is dialled", () => {
  it("takes the office's number from where the target has it", () => {
    expect(orderUnder({ office: FIXED }, {})).toMatchObject({ visitor: BUYER, office: "+79000000101" });
    const brought = { officeNumber: SUPPLIER, identity: "u-1" };
    for (const office of ["sealed", "identity"]) {
      expect(orderUnder({ office }, brought)).toMatchObject({ visitor: BUYER, office: SUPPLIER });
    }
  });

  it.each<[string, Parameters<typeof orderUnder>[0], Parameters<typeof orderUnder>[1]]>([
    ["the target has a number of its own by now", { office: FIXED }, { officeNumber: SUPPLIER }],
    ["the target had a number of its own then", { office: "sealed" }, {}],
    [
      "the office's number is one of those not called any more",
      { office: "sealed" },
      { officeNumber: "+79001110000" },
    ],
    [
      "the number was typed, and the target takes a sealed one by now",
      { office: FIXED, visitor: "sealed" },
      { visitorSource: "asked" },
    ],
    [
      "the visitor's number is of a country that is not called any more",
      { office: FIXED },
      { visitorNumber: "+4915123456789" },
    ],
    ["the visitor's number is a satellite phone's", { office: FIXED }, { visitorNumber: "+79540000001" }],
    [
      "the visitor's number is the tenant's service number",
      { office: FIXED },
      { visitorNumber: "+74990000000" },
    ],
    [
      "the visitor's number is an office of the tenant's",
      { office: FIXED },
      { visitorNumber: "+79000000111" },
    ],
    [
      "the office's number was a user's own then",
      { office: "sealed" },
      { officeNumber: SUPPLIER, operator: true },
    ],
    ["the visitor's is", { office: FIXED }, { visitorNumber: "+79001110000" }],
    ["the tenant requires identity by now, and the call is anonymous", { office: FIXED, required: true }, {}],
    [
      "the target takes the office's number from identified users only",
      { office: "identity" },
      { officeNumber: SUPPLIER },
    ],
    ["the target has the visitor's number of known users only", { office: FIXED, visitor: "identity" }, {}],
  ])("is nothing when %s", (_what, target, call) => {
    expect(orderUnder(target, call)).toBeUndefined();
  });

  it("goes on for identified users where identity is required", () => {
    expect(
      orderUnder({ office: FIXED, visitor: "identity", required: true }, { identity: "u-1" }),
    ).toBeDefined();
  });

  it("speaks an identified user's values as they are, and no number or address of an anonymous visitor's", () => {
    const sales = { target: "sales", product: "Tea, 8 900 000-00-01, evil.example" };
    const spoken = (identity?: string) =>
      orderUnder({ office: FIXED }, { ...sales, ...(identity !== undefined && { identity }) })?.officeMessage;
    expect(spoken("u-1")).toEqual({ text: "Call back, Tea, 8 900 000-00-01, evil.example" });
    expect(spoken()).toEqual({ text: "Call back," });
  });
});
