import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { expect, it } from "vitest";
import { LIMIT_DESCRIPTIONS, type LimitName } from "./config/limit-descriptions.js";
import { type AddressTiers, DEFAULT_LIMITS, type LimitWindow } from "./config/limits.js";
import { fill } from "./docs-tables.harness.js";
import { mostOf } from "./policy/address-numbers.js";
import { IPV6_WIDTHS, type Width } from "./policy/networks.js";

const PAGE = fileURLToPath(new URL("../../../docs/limits.md", import.meta.url));

const { addressNumbers, address, concurrency, distinctNumbers, ...windows } = DEFAULT_LIMITS;

/** Compares the page with the code. `npm run docs` writes these parts of the page. */
it("docs/limits.md has the default limits and the widths of IPv6 networks, as they are", async () => {
  const page = readFileSync(PAGE, "utf8");
  const filled = fill(fill(page, "limits", limits()), "networks", networks());
  await expect(await format(filled, { parser: "markdown", printWidth: 110 })).toMatchFileSnapshot(PAGE);
});

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const limits = (): string =>
  table(
    ["limit", "default", "what is counted", "beyond the limit", "reason for the default"],
    Object.entries(LIMIT_DESCRIPTIONS).map(([name, { counts, beyond, reason }]) => [
      `\`${name}\``,
      DEFAULTS[name as LimitName],
      ...[counts, beyond, reason],
    ]),
  );

const UNITS: [string, number][] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
];

const inWords = (limit: readonly LimitWindow[]): string =>
  limit
    .map(({ most, within }) => {
      const [unit, seconds] = UNITS.find(([, length]) => within % length === 0) ?? ["s", 1];
      return `${String(most)} in ${String(within / seconds)}${unit}`;
    })
    .join(", ") || "none";

const tier = (name: Exclude<keyof AddressTiers, "within">): string =>
  inWords([{ most: addressNumbers[name], within: addressNumbers.within }]);

const DEFAULTS: Record<LimitName, string> = {
  number: inWords(windows.number),
  office: inWords(windows.office),
  "distinctNumbers.session": inWords(distinctNumbers.session),
  "distinctNumbers.identity": inWords(distinctNumbers.identity),
  "addressNumbers.proof": tier("proof"),
  "addressNumbers.keep": tier("keep"),
  "addressNumbers.refuse": tier("refuse"),
  address: inWords(address),
  session: inWords(windows.session),
  identity: inWords(windows.identity),
  target: inWords(windows.target),
  tenant: inWords(windows.tenant),
  "concurrency.target": String(concurrency.target),
  "concurrency.tenant": String(concurrency.tenant),
};

const networks = (): string =>
  table(
    ["network", "usually used by", "`proof`", "`keep`", "`refuse`", "new sessions, challenges"],
    IPV6_WIDTHS.map((width: Width) => {
      const most = (limit: number): string => String(mostOf(limit, width));
      const ifHeld = (text: string): string => (width.mayHold ? text : "none");
      return [
        `/${String(width.bits)}`,
        width.usedBy,
        most(addressNumbers.proof),
        ifHeld(most(addressNumbers.keep)),
        ifHeld(most(addressNumbers.refuse)),
        ifHeld(inWords(address.map((window) => ({ ...window, most: mostOf(window.most, width) })))),
      ];
    }),
  );
