import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLogger, maskNumbers, printable } from "./log.js";

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  let out = "";
  write(createLogger("info", (line) => (out += line)));
  return out;
}

describe("the log", () => {
  it.each(["79000000001", "+7 900 000-00-01", "8 (900) 000 00 01", "7.900.000.00.01"])(
    "masks the number %s wherever it occurs",
    (number) => {
      const out = logged((log) => log.info({ deep: { value: number } }, `called ${number}`));
      expect(out).toContain("•••");
      expect(out.replaceAll(/\D/g, "")).not.toContain("000000001");
    },
  );

  it("keeps the ids of calls readable, even those made of digits only", () => {
    const id = "12345678-1234-4234-8234-123456789012";
    expect(logged((log) => log.info({ call: id }))).toContain(id);
  });

  it("keeps times readable", () => {
    expect(logged((log) => log.info("x"))).toMatch(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  });

  it("writes one line per entry, whatever the text holds", () => {
    expect(
      logged((log) => log.info("a\r\nb\u001b[31m"))
        .trimEnd()
        .split("\n"),
    ).toHaveLength(1);
  });

  it("shows an error with the chain of its causes, numbers blanked", () => {
    const out = logged((log) =>
      log.error({ err: new Error("outer", { cause: new Error("no 79000000001") }) }),
    );
    expect(out).toContain("outer");
    expect(out).toContain("no •••");
  });

  /**
   * Generates telephone numbers with digits of any script, and with the punctuation that people and programs
   * put between and around them.
   */
  const number = fc
    .tuple(
      fc.array(fc.constantFrom(...Array.from("0123456789")), { minLength: 10, maxLength: 14 }),
      fc.array(fc.constantFrom("", "", " ", "-", "(", ") ", ".", " - ", "\u00a0", "\u2011", "\n", "/"), {
        minLength: 14,
        maxLength: 14,
      }),
    )
    .map(([digits, gaps]) => digits.map((digit, n) => digit + (gaps[n] ?? "")).join(""));

  it("shows no number of any writing in any text, wherever in an entry it stands", () => {
    fc.assert(
      fc.property(number, fc.string({ unit: "grapheme" }), fc.string(), (written, before, after) => {
        const digits = written.replaceAll(/\D/g, "");
        const surrounded = `${before.replaceAll(/\p{Nd}/gu, "")} ${written} ${after.replaceAll(/\p{Nd}/gu, "")}`;
        const out = logged((log) =>
          log.warn({ deep: [{ value: surrounded }], err: new Error(surrounded) }, surrounded),
        );
        const entry = JSON.parse(out) as { time: string };
        expect(JSON.stringify({ ...entry, time: "" }).replaceAll(/\D/g, "")).not.toContain(digits);
      }),
      { numRuns: 500 },
    );
  });

  it("shows no secret of any kind in any text", () => {
    const letters = (bytes: number) => randomBytes(bytes).toString("base64url");
    const jwt = () => `${Buffer.from('{"alg":"HS256"}').toString("base64url")}.${letters(60)}.${letters(32)}`;
    const jwe = () =>
      `${Buffer.from('{"alg":"dir"}').toString("base64url")}..${letters(12)}.${letters(50)}.${letters(16)}`;
    const kinds: (() => string)[] = [
      jwt,
      jwe,
      () => letters(32),
      () => randomBytes(20).toString("hex"),
      () => `whsec_${randomBytes(24).toString("base64")}`,
      () => `Bearer ${letters(16)}`,
      () => `basic ${Buffer.from(`acme:${letters(9)}`).toString("base64")}`,
    ];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.string(), fc.string(), (make, before, after) => {
        const secret = make();
        const text = `${before} ${secret} ${after}`;
        const out = logged((log) => log.error({ err: new Error(text), text }, text));
        const tail = secret.replace(/^\w+ /, "");
        expect(out).not.toContain(tail);
        for (const part of tail.split(".").filter(({ length }) => length > 15))
          expect(out).not.toContain(part);
      }),
      { numRuns: 500 },
    );
  });

  it("is one line of JSON per entry, whatever comes from outside: line ends, escapes, bare numbers", () => {
    const nasty = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom(
          "\\",
          "u",
          "0",
          "7",
          "9",
          "\n",
          "\r",
          "\u2028",
          "\u0001",
          '"',
          "{",
          "}",
          "\u001b",
          "\u007f",
          "\u009b",
        ),
      }),
      number,
    );
    fc.assert(
      fc.property(
        nasty,
        fc.double(),
        fc.bigInt({ min: 0n, max: 99999999999999999n }),
        (text, double, big) => {
          const out = logged((log) =>
            log.info({ [`k${text}`]: text, double, whole: Number(big), list: [Number(big), text] }, text),
          );
          expect(out.endsWith("\n")).toBe(true);
          expect(out.slice(0, -1)).not.toMatch(/\p{Cc}/u);
          const entry = JSON.parse(out) as { level: string; whole: unknown };
          expect(entry.level).toBe("info");
          expect(typeof entry.whole).toBe("number");
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("cuts no escape in two", () => {
    for (const text of ["\u00019000000001", `\n${"a".repeat(40)}`, "\\n79000000001", "\\u79000000001"]) {
      const { msg } = JSON.parse(logged((log) => log.info(text))) as { msg: string };
      expect(msg).toContain("•••");
      expect(msg.replaceAll(/\D/g, "")).not.toContain("9000000001");
    }
  });

  it("masks the opt-out code as it is spoken", () => {
    expect(maskNumbers("the code 1 2 3 4 5 6: the calls")).toBe("the code •••: the calls");
  });

  it("leaves what is worth reading as it is", () => {
    for (const text of [
      "acme/address/AbCdEfGhIjKlMnOpQrStUv",
      "at createBff (/srv/calls/packages/bff/src/app.ts:96:18)",
      "127.0.0.1:3000 after 15 tries in 3600 s",
      "UIS -32004: Limit is exceeded",
      "processTicksAndRejections node:internal/process/task_queues:105:5",
    ]) {
      expect(maskNumbers(text)).toBe(text);
    }
  });

  it.each(["1 ", "+", "eyJ-", "a", "\\u0041", "1-", "bearer ", "whsec_"])(
    "takes no longer over a long text made of %j",
    (part) => {
      const began = performance.now();
      maskNumbers(part.repeat(100_000));
      expect(performance.now() - began).toBeLessThan(2000);
    },
  );
});

describe("a line that is printed", () => {
  it("has no character that a terminal would interpret, and stays the same JSON", () => {
    const value = "a\u001b[2J\u007f\u009b31m\u202e\u2066\u200f\u061c\u2028\u{e0041}б";
    const line = printable(JSON.stringify({ value }));
    expect(line).toMatch(/^[ -~б]+$/);
    expect(JSON.parse(line)).toEqual({ value });
    expect(printable("one\n\ttwo")).toBe("one\n\ttwo");
  });
});
