import express from "express";
import { describe, expect, it } from "vitest";
import { TrustProxy } from "./trust-proxy.js";

const messageFor = (value: string) => TrustProxy.safeParse(value).error?.issues[0]?.message;

describe("TRUST_PROXY", () => {
  it.each([
    ["1", 1],
    ["2", 2],
    ["loopback", ["loopback"]],
    ["loopback, 10.0.0.0/8", ["loopback", "10.0.0.0/8"]],
    ["192.0.2.1,2001:db8::1", ["192.0.2.1", "2001:db8::1"]],
    ["fc00::/7", ["fc00::/7"]],
    ["uniquelocal,linklocal", ["uniquelocal", "linklocal"]],
  ])("takes %s", (value, expected) => {
    expect(TrustProxy.parse(value)).toEqual(expected);
    expect(() => express().set("trust proxy", expected)).not.toThrow();
  });

  it.each([
    ["nginx", "nginx is a name, and names are not looked up: write how many proxies are in front"],
    ["TRUE", "TRUE would trust any client"],
    ["true", "true would trust any client"],
    ["*", "* would trust any client"],
    ["0.0.0.0/0", "0.0.0.0/0 would trust any client"],
    ["loopback,::/0", "::/0 would trust any client"],
    ["0.0.0.0/1,128.0.0.0/1", "0.0.0.0/1 would trust any client"],
    ["::ffff:0:0/96", "::ffff:0:0/96 would trust any client"],
    ["999", "999 would trust any client"],
    ["1,2", "write how many proxies are in front, e.g. 1, or their addresses"],
    ["0", "0 trusts no proxy: leave it out"],
    ["false", "false: leave it out"],
    ["-1", "write how many proxies"],
    ["1.5", "write how many proxies"],
    ["10.0.0.0/33", "write how many proxies"],
    ["10.0.0.0/255.0.0.0", "write how many proxies"],
    ["10.0.0.1/", "write how many proxies"],
    ["loopback,", "write how many proxies"],
    ["Loopback", "Loopback is a name"],
  ])("refuses %s and says why", (value, message) => {
    expect(messageFor(value)).toContain(message);
  });
});
