import { describe, expect, it } from "vitest";
import { addressPrefix } from "./address-prefix.js";

describe("an address as a proxy writes it, with the port it was connected from,", () => {
  it.each([
    ["203.0.113.7:4711", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[::ffff:203.0.113.7]:443", "203.0.113.7"],
  ])("is the same visitor's as without: %s", (written, address) => {
    expect(addressPrefix(written)).toBe(addressPrefix(address));
    expect(addressPrefix(written)).not.toBe("unreadable");
  });

  it.each([
    undefined,
    "",
    "unknown",
    "_hidden",
    "203.0.113.7:",
    "203.0.113.7:x",
    "[2001:db8::1",
    "203.0.113:80",
  ])("is not guessed at: %s", (ip) => {
    expect(addressPrefix(ip)).toBe("unreadable");
  });
});
