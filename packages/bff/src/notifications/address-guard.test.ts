import { isIP } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { AddressRefused, createGuardedLookup, isPublicAddress, normalHost } from "./address-guard.js";

const found = (...addresses: string[]) =>
  addresses.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));

/** Looks up a name. `answers` are the answers of DNS, one per lookup; the last one is repeated. */
function lookUp(answers: string[][], allowPrivate = false) {
  let asked = 0;
  const lookup = createGuardedLookup(
    () => Promise.resolve(found(...(answers[Math.min(asked++, answers.length - 1)] ?? []))),
    allowPrivate,
  );
  const all = promisify((callback: (error: Error | null, addresses: unknown) => void) =>
    lookup("hooks.example", { all: true }, callback),
  );
  const one = promisify((callback: (error: Error | null, address: unknown) => void) =>
    lookup("hooks.example", { all: false }, (error, address, family) => callback(error, { address, family })),
  );
  return { all, one, asked: () => asked };
}

describe("an address", () => {
  it.each(["1.1.1.1", "198.41.0.4", "100.63.255.255", "172.32.0.1", "2001:500::1", "2a02:6b8::feed:ff"])(
    "is public when IANA assigns it to the internet: %s",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(["", "1", "127.1", "0x7f000001", "198.41.0", "[2001:500::1]", "hooks.example"])(
    "is not public when a resolver would not write it so: %j",
    (text) => expect(isPublicAddress(text)).toBe(false),
  );

  it.each([
    ["unassigned", "4000::1"],
    ["IPv4-compatible", "::198.41.0.4"],
    ["documentation", "2001:db8::1"],
  ])("is not public in IPv6 when it is %s: %s", (_what, address) =>
    expect(isPublicAddress(address)).toBe(false),
  );
});

describe("a looked-up name", () => {
  it("gives the socket exactly the checked addresses, in order, after one lookup", async () => {
    const { all, asked } = lookUp([["198.41.0.4", "2001:500::1"], ["127.0.0.1"]]);
    expect(await all()).toEqual(found("198.41.0.4", "2001:500::1"));
    expect(asked()).toBe(1);
  });

  it("gives the first address to a socket that wants one", async () => {
    expect(await lookUp([["198.41.0.4", "1.1.1.1"]]).one()).toEqual({ address: "198.41.0.4", family: 4 });
  });

  it.each([[["127.0.0.1", "198.41.0.4"]], [["198.41.0.4", "::1"]], [["198.41.0.4", "1.1.1.1", "10.0.0.1"]]])(
    "is refused when one of its addresses is private: %j",
    async (addresses) => {
      const { all, one } = lookUp([addresses]);
      await expect(all()).rejects.toThrow(/^hooks\.example has the address \S+, which is not public: list/);
      await expect(one()).rejects.toBeInstanceOf(AddressRefused);
    },
  );

  it("is refused when it has no address, even if it may be private", async () => {
    await expect(lookUp([[]], true).all()).rejects.toBeInstanceOf(AddressRefused);
  });

  it("may be private when it is allowed to", async () => {
    expect(await lookUp([["10.0.0.1"]], true).all()).toEqual(found("10.0.0.1"));
  });

  it("passes on why DNS had no answer", async () => {
    const lookup = createGuardedLookup(() => Promise.reject(new Error("ENOTFOUND")), false);
    const look = promisify((callback: (error: Error | null, address: unknown) => void) =>
      lookup("hooks.example", { all: true }, callback),
    );
    await expect(look()).rejects.toThrow("ENOTFOUND");
  });
});

describe("a host", () => {
  it.each([
    ["N8N.Internal", "n8n.internal"],
    ["n8n.internal.", "n8n.internal"],
    ["колл.рф", "xn--j1acak.xn--p1ai"],
    ["0x7f.1", "127.0.0.1"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["FD00:0:0::0001", "fd00::1"],
  ])("is compared in one spelling: %s", (host, normal) => expect(normalHost(host)).toBe(normal));

  it.each(["", "n8n.internal:5678", "http://n8n.internal", "n8n.internal/hook", "a@b", "[::1]:80", "a b"])(
    "is nothing but a host: not %j",
    (text) => expect(normalHost(text)).toBeUndefined(),
  );
});
