import { describe, expect, it } from "vitest";
import { PageOrigin } from "./page-origin.js";

describe("the origin of a page", () => {
  it.each([
    ["https://acme.example", "https://acme.example"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["https://Акме.РФ", "https://xn--80akoi.xn--p1ai"],
    ["HTTPS://WWW.Acme.Example", "https://www.acme.example"],
    ["https://acme.example:443", "https://acme.example"],
    ["http://acme.example:80", "http://acme.example"],
    ["https://acme.example:8443", "https://acme.example:8443"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("%s is read as %s", (text, origin) => {
    expect(PageOrigin.parse(text)).toBe(origin);
  });

  it.each([
    ["*", "list each origin by itself"],
    ["https://*.acme.example", "list each origin by itself"],
    ["null", "serve the page by https"],
    ["file:///home/page.html", "serve the page by https"],
    ["capacitor://localhost", "open a page of your site in the app's web view"],
    ["ionic://localhost", "open a page of your site"],
    ["chrome-extension://abcdefghijklmnop", "open a page of your site in the app's web view or in a tab"],
    ["moz-extension://0f0f0f0f", "open a page of your site"],
    ["acme.example", "write scheme, host and port only"],
    ["https://acme.example/", "without a path or a slash at the end"],
    ["https://acme.example/shop", "without a path"],
    ["https://user@acme.example", "write scheme, host and port only"],
    ["https://acme.example?x", "write scheme, host and port only"],
    ["https://acme example", "write scheme, host and port only"],
    ["https://", "write scheme, host and port only"],
    ["https://acme.example:99999", "write scheme, host and port only"],
  ])("%s is refused with a remedy", (text, message) => {
    expect(PageOrigin.safeParse(text).error?.issues[0]?.message).toContain(message);
  });
});
