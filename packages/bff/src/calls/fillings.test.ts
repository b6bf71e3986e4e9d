import { randomInt } from "node:crypto";
import { checkFillings } from "@uis-call/testing/fuzz/fillings";
import { expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { spokenMessage, spokenValues } from "./message-text.js";

const tenant = { locale: "ru" } as Tenant;

it("20,000 generated fillings make UIS say no seven digits in a row and no dotted name", () => {
  const seed = randomInt(2 ** 31);
  const { spoken, findings } = checkFillings(20_000, seed, ({ template, values }) =>
    spokenMessage({ text: template }, spokenValues(values, true), "ru", tenant),
  );
  expect(findings, `seed ${String(seed)}`).toEqual([]);
  // Checks that many fillings are spoken. If all were left out, the test would prove nothing.
  expect(spoken).toBeGreaterThan(2000);
});
