import { describe, expect, it } from "vitest";
import type { NumberCipher } from "../store/number-cipher.js";
import { isOnOwnNetwork, isReadable, networksOf, siteOf } from "./networks.js";

/** A cipher that shows what is hashed. */
const cipher = { hash: (text) => text.slice("address ".length) } as NumberCipher;
const namesOf = (ip: string | undefined) => networksOf(cipher, ip).map(({ hash }) => hash);

describe("the networks of an address", () => {
  it("are an IPv4 address itself, however it is written", () => {
    expect(namesOf("203.0.113.7")).toEqual(["203.0.113.7"]);
    expect(namesOf("::ffff:203.0.113.7")).toEqual(["203.0.113.7"]);
  });

  it("are four prefixes of an IPv6 address, of which the /48 is one customer's", () => {
    const ip = "2001:db8:1:2ab::7";
    expect(namesOf(ip)).toEqual(["20010db8000102ab", "20010db8000102", "20010db80001", "20010db8"]);
    expect(networksOf(cipher, ip).map(({ mayHold }) => mayHold)).toEqual([true, true, true, false]);
    expect(siteOf(networksOf(cipher, ip))?.hash).toBe("20010db80001");
  });

  it.each([
    undefined,
    "",
    "unknown",
    "_hidden",
    "203.0.113.7:4711",
    "203.0.113",
    "12345",
    "[2001:db8::1",
    "unix:",
  ])("are none where it cannot be read: %s", (ip) => {
    expect(namesOf(ip)).toEqual([]);
    expect([isReadable(ip), siteOf([]), isOnOwnNetwork(ip)]).toEqual([false, undefined, false]);
  });
});
