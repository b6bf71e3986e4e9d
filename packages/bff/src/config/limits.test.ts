import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { type AddressTiers, DEFAULT_LIMITS, type LimitWindow, LimitsSchema } from "./limits.js";
import { hintFor } from "./hints.js";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/limits.md", import.meta.url)), "utf8");

const UNITS: [string, number][] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
];

/** Writes windows in the form that docs/limits.md uses. */
const inWords = (windows: LimitWindow[]): string =>
  windows
    .map(({ most, within }) => {
      const [unit, seconds] = UNITS.find(([, length]) => within % length === 0) ?? ["s", 1];
      return `${most} in ${within / seconds}${unit}`;
    })
    .join(", ") || "none";

/** Writes tiers as rows of docs/limits.md. Each row contains the window that all tiers share. */
const tiersOf = ({ within, ...tiers }: AddressTiers): [string, string][] =>
  Object.entries(tiers).map(([name, most]) => [`addressNumbers.${name}`, inWords([{ most: most, within }])]);

const problemOf = (limits: unknown): string => {
  const parsed = LimitsSchema.safeParse(limits, { error: hintFor });
  return parsed.success ? "" : JSON.stringify(parsed.error.issues);
};

describe("the limits", () => {
  it("are by default what docs/limits.md says, each with a reason", () => {
    const rows = [...page.matchAll(/^\| `([\w.]+)` +\|(.*)\|$/gm)].map(([, name = "", rest = ""]) => {
      const [standard = "", ...others] = rest.split("|").map((cell) => cell.trim());
      expect(others.map((cell) => cell.length > 2)).toEqual([true, true, true]);
      return [name, standard];
    });
    const { distinctNumbers, addressNumbers, concurrency, ...windows } = DEFAULT_LIMITS;
    expect(Object.fromEntries(rows)).toEqual({
      ...Object.fromEntries(Object.entries(windows).map(([name, value]) => [name, inWords(value)])),
      ...Object.fromEntries(
        Object.entries(distinctNumbers).map(([name, value]) => [`distinctNumbers.${name}`, inWords(value)]),
      ),
      ...Object.fromEntries(tiersOf(addressNumbers)),
      ...Object.fromEntries(
        Object.entries(concurrency).map(([name, value]) => [`concurrency.${name}`, String(value)]),
      ),
    });
  });

  it("are Oracle's rate tiers for one number and for one visitor's numbers", () => {
    expect([inWords(DEFAULT_LIMITS.number), inWords(DEFAULT_LIMITS.distinctNumbers.session)]).toEqual([
      "7 in 15m, 9 in 1h, 15 in 1d",
      "3 in 1h, 4 in 1d",
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
