import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, LimitsSchema } from "./limits.js";
import { hintFor } from "./hints.js";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/limits.md", import.meta.url)), "utf8");

const problemOf = (limits: unknown): string => {
  const parsed = LimitsSchema.safeParse(limits, { error: hintFor });
  return parsed.success ? "" : JSON.stringify(parsed.error.issues);
};

describe("the limits", () => {
  it("are Oracle's rate tiers for one number and for one visitor's numbers", () => {
    const [quarter, hour, day] = [900, 3600, 86_400];
    expect(DEFAULT_LIMITS.number.map(({ most, within }) => [most, within])).toEqual([
      [7, quarter],
      [9, hour],
      [15, day],
    ]);
    expect(DEFAULT_LIMITS.distinctNumbers.session.map(({ most, within }) => [most, within])).toEqual([
      [3, hour],
      [4, day],
    ]);
  });

  it("of the page's example are parsed as it says; the rest keep their defaults", () => {
    const example = /^```yaml\n([^]*?)```/m.exec(page)?.[1] ?? "";
    const { limits } = parse(example) as { limits: unknown };
    expect(LimitsSchema.parse(limits)).toEqual({
      ...DEFAULT_LIMITS,
      number: [
        { most: 3, within: 900 },
        { most: 5, within: 86_400 },
      ],
      distinctNumbers: { session: [{ most: 2, within: 3600 }], identity: [] },
      addressNumbers: { proof: 30, keep: 40, refuse: 1000, within: 3600 },
      tenant: [{ most: 200, within: 86_400 }],
      identity: [],
      concurrency: { target: 4, tenant: Infinity },
    });
  });

  it("of one address are taken away one by one, or all at once", () => {
    const tiers = (addressNumbers: unknown) => {
      const limits = LimitsSchema.parse({ addressNumbers });
      return limits === "none" ? undefined : limits.addressNumbers;
    };
    expect(tiers({ keep: "none", within: "1d" })).toEqual({
      proof: 30,
      keep: Infinity,
      refuse: 1000,
      within: 86_400,
    });
    expect(tiers({ proof: "none", keep: 5 })).toMatchObject({ proof: Infinity, keep: 5, refuse: 1000 });
    expect(tiers("none")).toMatchObject({ proof: Infinity, keep: Infinity, refuse: Infinity });
  });

  it("are in force when nothing is said, and off only when none is", () => {
    expect(LimitsSchema.parse(undefined)).toEqual(DEFAULT_LIMITS);
    expect(LimitsSchema.parse("default")).toEqual(DEFAULT_LIMITS);
    expect(LimitsSchema.parse({})).toEqual(DEFAULT_LIMITS);
    expect(LimitsSchema.parse({ distinctNumbers: {}, addressNumbers: {} })).toEqual(DEFAULT_LIMITS);
    expect(LimitsSchema.parse("none")).toBe("none");
  });

  it.each<[string, unknown, string]>([
    ["a word", "off", "write default, none, or limits of your own"],
    ["a number of minutes", { number: [{ calls: 7, within: 15 }] }, "write a number and s, m, h or d"],
    ["a unit nobody knows", { number: [{ calls: 7, within: "15min" }] }, "write a number and s, m, h or d"],
    ["nothing at all", { number: [{ calls: 0, within: "15m" }] }, "write 1 or more"],
    ["an empty list", { number: [] }, "list at least one"],
    [
      "one length twice",
      {
        number: [
          { calls: 1, within: "60m" },
          { calls: 2, within: "1h" },
        ],
      },
      "another length",
    ],
    ["calls for numbers", { distinctNumbers: { session: [{ calls: 3, within: "1h" }] } }, "unknown setting"],
    [
      "a ban of an address, as there once was,",
      { distinctNumbers: { address: [{ numbers: 40, within: "1h" }] } },
      "write limits.addressNumbers",
    ],
    ["calls of an address", { addressNumbers: [{ numbers: 3, within: "1h" }] }, "write e.g. { proof: 30"],
    ["a tier of nothing", { addressNumbers: { proof: 0 } }, "write 1 or more"],
    [
      "a tier that is no number",
      { addressNumbers: { keep: "many" } },
      "write after how many different numbers",
    ],
    ["a tier below the one before", { addressNumbers: { keep: 20 } }, "make each of proof, keep and refuse"],
    [
      "a tier that is never reached",
      { addressNumbers: { refuse: 100 } },
      "make each of proof, keep and refuse",
    ],
    ["an unknown kind", { numbers: "none" }, "did you mean number?"],
  ])("are refused with a hint: %s", (_what, limits, hint) => {
    expect(problemOf(limits)).toContain(hint);
  });
});
