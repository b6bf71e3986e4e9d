import fc from "fast-check";

/** What a stranger fills into a message, and the message with the places for it. */
export interface Filling {
  template: string;
  values: Record<"a" | "b" | "c", string>;
}

const DIGITS = ["0", "7", "89", "900", "８", "٩", "④", "❺", "𝟗", "²", "½", "5️⃣", "৬"];
const SIGNS = [
  " ",
  ".",
  ",",
  "-",
  "–",
  "'",
  '"',
  "«",
  "»",
  "№",
  "%",
  "(",
  ")",
  "/",
  ":",
  "_",
  "@",
  "·",
  "。",
  "․",
  "\t",
];
const UNSEEN = [
  "\u0308",
  "\u0336",
  "\u20E3",
  "\u200B",
  "\u2060",
  "\u00AD",
  "\u3164",
  "\u115F",
  "\u{E0001}",
  "\u202E",
  "\u0000",
];
const WORDS = [
  "sberbank",
  "Bank24",
  "откройте",
  "ул",
  "Ленина",
  "www",
  "https",
  "г",
  "Москва",
  "tea",
  "x",
  "сбер",
  "точка",
  "dot",
];
const ENDINGS = ["ru", "RU", "r u", "com", "рф", "онлайн", "москва", "example", "xn--p1ai", "rust"];

/** Generates fillings that look like numbers and addresses, and some that look like nothing. */
const fillings = (): fc.Arbitrary<Filling> => {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...DIGITS) },
    { weight: 4, arbitrary: fc.constantFrom(...SIGNS) },
    { weight: 2, arbitrary: fc.constantFrom(...UNSEEN) },
    { weight: 2, arbitrary: fc.constantFrom(...WORDS) },
    { weight: 2, arbitrary: fc.constantFrom(...ENDINGS) },
    { weight: 1, arbitrary: fc.constant(".") },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  );
  const value = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join("").slice(0, 200));
  const template = fc.constantFrom(
    "{a}",
    "{a}{b}",
    "{a}.{b}",
    "{a} {b}{c}",
    "About {a}: {b}, {c}",
    "No 12-{a}",
    "{a} {a}",
  );
  return fc.record({ template, values: fc.record({ a: value, b: value, c: value }) });
};

/** Message templates of {@link fillings} have no letters next to a value that could be part of a domain. */
const DOMAIN = /[\p{L}\p{N}]["'»)% ]*\.["'«(% ]*(?:ru|com|рф|example|xn)(?![\p{L}\p{N}])/iu;

/**
 * Returns what is wrong with a text that was sent to UIS, or undefined. Shares no code with the backend, and judges
 * the text by what a listener would hear.
 */
function fault(text: string): string | undefined {
  const heard = text.normalize("NFKD").replaceAll(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "");
  if (/(?:\p{N}[^\p{L}\p{N}]*){7}/u.test(heard)) return "seven digits in a row";
  if (/[\p{L}\p{N}]\.\p{L}/u.test(heard) || DOMAIN.test(heard)) return "a dotted name";
  return undefined;
}

/**
 * Has `count` generated fillings spoken.
 *
 * @param speak returns the text that UIS is told to speak
 * @returns how many of them had something spoken, and the first fillings with a fault
 */
export function checkFillings(
  count: number,
  seed: number,
  speak: (filling: Filling) => { text: string } | { media: string },
): { spoken: number; findings: string[] } {
  const findings: string[] = [];
  let spoken = 0;
  const check = fc.property(fillings(), (filling) => {
    const text = textOf(speak(filling));
    if (text !== textOf(speak({ ...filling, values: { a: "", b: "", c: "" } }))) spoken++;
    const wrong = fault(text);
    if (wrong !== undefined && findings.length < 20)
      findings.push(`${wrong}: ${JSON.stringify(text)} of ${JSON.stringify(filling)}`);
  });
  fc.assert(check, { numRuns: count, seed });
  return { spoken, findings };
}

const textOf = (message: { text: string } | { media: string }): string =>
  "text" in message ? message.text : "";
