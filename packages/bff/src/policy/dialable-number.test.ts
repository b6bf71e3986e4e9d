import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { dialableNumber } from "./dialable-number.js";

const tenant = { country: "RU", numbers: { allow: ["+7"], deny: ["+7900111"] } } as unknown as Tenant;

describe("a number to dial", () => {
  it.each([
    ["8 (900) 000-00-01", "+79000000001"],
    ["+7 900 000 00 01", "+79000000001"],
    ["79000000001", "+79000000001"],
    ["9000000001", "+79000000001"],
    [" 8-900-000-00-01 ", "+79000000001"],
    ["8 499 000 00 01", "+74990000001"],
  ])("is read from %o", (typed, number) => {
    expect(dialableNumber(typed, tenant, "phone")).toBe(number);
  });

  it.each([
    undefined,
    "",
    "call me",
    "900",
    "+7 900 000 00 01 ext. 5",
    "8 900 000 00 01 8 900 000 00 02",
    "++++",
  ])("is refused as invalid: %o", (typed) => {
    expect(() => dialableNumber(typed, tenant, "phone")).toThrow(
      expect.objectContaining({ code: "phone_invalid", at: "phone" }),
    );
  });

  it.each([
    ["another country", "+49 1512 3456789"],
    ["a denied prefix", "+7 900 111 22 33"],
    ["a premium number", "8 809 000 00 01"],
    ["a toll-free number", "8 800 000 00 01"],
  ])("is not allowed when it is %s", (_what, typed) => {
    expect(() => dialableNumber(typed, tenant, "phone")).toThrow(
      expect.objectContaining({ code: "number_not_allowed" }),
    );
  });
});
