import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { plainText, spokenMessage, strangersText } from "./message-text.js";

const tenant = { locale: "ru" } as Tenant;

describe("a spoken message", () => {
  it("is in the visitor's language, else the tenant's", () => {
    const message = { text: { ru: "Здравствуйте", en: "Hello" } };
    expect(spokenMessage(message, {}, "en", tenant)).toEqual({ text: "Hello" });
    expect(spokenMessage(message, {}, "de", tenant)).toEqual({ text: "Здравствуйте" });
  });

  it("has its variables filled in once: a value is never read as a template", () => {
    const message = { text: "{a} and {b}" };
    expect(spokenMessage(message, { a: "{b}", b: "tea" }, "en", tenant)).toEqual({ text: "b and tea" });
  });

  it("leaves out what was not given, inherited names included", () => {
    expect(spokenMessage({ text: "About {constructor} now" }, {}, "en", tenant)).toEqual({
      text: "About now",
    });
  });

  it("names a media file as it is", () => {
    expect(spokenMessage({ media: "hello.mp3" }, {}, "en", tenant)).toEqual({ media: "hello.mp3" });
  });
});

describe("a value from outside", () => {
  it.each([
    ["<break time='9s'/>tea", "break time'9s'tea"],
    ["line\nline\u0000\u202Eend", "line lineend"],
    ["sil<[900]> **loud** +а", "sil900 loud а"],
    ["Кофе «Арабика», 250 г", "Кофе «Арабика», 250 г"],
  ])("becomes plain text: %o", (value, text) => {
    expect(plainText(value)).toBe(text);
  });

  it("is bounded in length, without cutting a character in two", () => {
    expect(Array.from(plainText("𝒜я".repeat(200)))).toHaveLength(60);
  });
});

describe("a stranger's value", () => {
  it.each([
    ["Карта заблокирована, звоните 8 (900) 000-00-01", "Карта заблокирована, звоните"],
    ["звоните +7.900.000.00.01 сейчас", "звоните  сейчас"],
    ["８９００＊０００＊００＊０１", ""],
    ["٨٩٠٠٠٠٠٠٠٠١", ""],
    ["8[9]0<0>0_0:0/0#0@0&1", ""],
    ["откройте evil．ru", "откройте evil ru"],
    ["www.evil.example/pay", "www evil examplepay"],
    ["Диван, 1 250 000 руб. за 1.5 м, до 23.11.2026", "Диван, 1 250 000 руб. за 1.5 м, до 23.11.2026"],
  ])("names nowhere to call or to go: %o", (value, text) => {
    expect(strangersText(value)).toBe(text);
  });
});
