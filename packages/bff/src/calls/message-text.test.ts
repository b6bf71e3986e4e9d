import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { plainText, spokenMessage, spokenValues } from "./message-text.js";

const tenant = { locale: "ru" } as Tenant;
const known = (values: Record<string, string>) => spokenValues(values, false);
const strangers = (values: Record<string, string>) => spokenValues(values, true);

describe("a spoken message", () => {
  it("is in the visitor's language, else the tenant's", () => {
    const message = { text: { ru: "Здравствуйте", en: "Hello" } };
    expect(spokenMessage(message, known({}), "en", tenant)).toEqual({ text: "Hello" });
    expect(spokenMessage(message, known({}), "de", tenant)).toEqual({ text: "Здравствуйте" });
  });

  it("has its variables filled in once: a value is never read as a template", () => {
    const message = { text: "{a} and {b}" };
    expect(spokenMessage(message, known({ a: "{b}", b: "tea" }), "en", tenant)).toEqual({
      text: "b and tea",
    });
  });

  it("leaves out what was not given, inherited names included", () => {
    expect(spokenMessage({ text: "About {constructor} now" }, known({}), "en", tenant)).toEqual({
      text: "About now",
    });
  });

  it("names a media file as it is", () => {
    expect(spokenMessage({ media: "hello.mp3" }, known({}), "en", tenant)).toEqual({ media: "hello.mp3" });
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
  const spoken = (value: string) => strangers({ value }).values["value"];

  it.each([
    "Карта заблокирована, звоните 8 (900) 000-00-01",
    "звоните +7.900.000.00.01 сейчас",
    "８９００＊０００＊００＊０１",
    "٨٩٠٠٠٠٠٠٠٠١",
    "8[9]0<0>0_0:0/0#0@0&1",
    '8"900"000"00"01',
    "8№900№000№00№01",
    "8%900%000«00»01",
    "8 а 900 б 000 в 00 г 01",
    "8\u0308 9\u0301 0\u0336 0\u20E3 0\u0489 0\u035C 0\u0300",
    "8\u200B9\u2060\u00AD0\u3164\u115F0\u180E0\u2800\u{E0001}0\uFE0F0",
    "①②③④⑤⑥⑦",
    "❶❷❸❹❺❻❼",
    "八九〇〇一二三",
    "1 250 000",
  ])("with more than six digits is left out: %o", (value) => {
    expect(spoken(value)).toBe("");
  });

  it.each([
    "откройте bank24.ru",
    "откройте sberbank .ru",
    "sberbank. ru",
    "sberbank . ru",
    'sberbank"."ru',
    "sberbank(.)ru",
    "sberbank.\u200Bru",
    "sberbank.\u0308r\u0301u",
    "sber\u3164bank\u115F.ru",
    "sberbank。ru",
    "sberbank·ru",
    "sberbank․ru",
    "sberbank,ru",
    "sberbank-ru",
    "ѕberbank.гu",
    "s b e r . r u",
    "сбербанк точка ру",
    "sberbank dot com",
    "SBERBANK.RU",
    "откройте evil．ru",
    "сбер.рф",
    "сбер.онлайн",
    "xn--80ac.xn--p1ai",
    "www.evil.example/pay",
    "https://evil/",
    "t.me/evil",
    "ivan@evil.example",
    "evil.newest",
    "1.1.1.1",
    `${"а".repeat(52)}evil.rust`,
  ])("that reads as an address is left out: %o", (value) => {
    expect(spoken(value)).toBe("");
  });

  it.each([
    ["ул.Ленина, д.5", "ул. Ленина, д.5"],
    ["г.Москва, ул. Тверская", "г. Москва, ул. Тверская"],
    ["Спасибо. Онлайн не выходит", "Спасибо. Онлайн не выходит"],
    ["А.С.Пушкин, т. 2", "А. С. Пушкин, т. 2"],
    ["Диван, 45 000 руб. за 2", "Диван, 45 000 руб. за 2"],
    ["Законы РФ", "Законы РФ"],
    ["Кофе «Арабика», 250 г", "Кофе «Арабика», 250 г"],
    ["Cafe\u0301", "Café"],
    ["tea <break/> now", "tea break now"],
  ])("is spoken otherwise: %o", (value, text) => {
    expect(spoken(value)).toBe(text);
  });

  it("counts for the six digits together with the others, and is left out where they are used up", () => {
    expect(strangers({ a: "8 900", b: "№ 000", c: "№ 12", d: "tea" }).values).toEqual({
      a: "8 900",
      b: "",
      c: "No 12",
      d: "tea",
    });
  });

  it.each([
    ["{a}{b}", { a: "sberbank.", b: "ru" }, ""],
    ["{a}.{b}", { a: "bank", b: "ru" }, "."],
    ["Order 12-{a}, {b}", { a: "34567", b: "tea" }, "Order 12-,"],
    ["{a} {a}", { a: "12345" }, ""],
    ["{a}: once more {a}", { a: "12345" }, "12345: once more 12345"],
    ["Call 8 900 000-00-0{a} or open acme.ru", { a: "1" }, "Call 8 900 000-00-0 or open acme.ru"],
    ["Call 8 900 000-00-01 or open acme.ru: {a}", { a: "tea" }, "Call 8 900 000-00-01 or open acme.ru: tea"],
  ])("adds no number and no address to its message: %o with %o", (text, values, said) => {
    expect(spokenMessage({ text }, strangers(values), "en", tenant)).toEqual({ text: said });
  });
});
