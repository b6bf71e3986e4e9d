import {
  BREAK,
  dialled,
  e164,
  endsAt,
  grouped,
  HOURS_FIRST,
  isPrefixInDoubt,
  MOST_MARKS,
  plain,
  readSeven,
  standsAlone,
} from "../phone/number.js";
import type { PhoneReading } from "../phone/reading.js";

/** Reads the telephone number in a text that may also contain words, opening hours, an address or a contact card. */
export function readText(text: string, country: string): PhoneReading {
  const reading = find(text, country);
  const { number, problem } = reading;
  const marks = dialled(number);
  if (!problem && marks.length > MOST_MARKS) return { number: "", problem: "several" };
  const seven = readSeven(marks, country);
  if (problem || !seven) return reading;
  const [code, prefix, national] = seven;
  const doubt = (asked: string): PhoneReading => ({
    number: grouped(asked, country) ?? asked,
    problem: "doubt",
  });
  if (isPrefixInDoubt(seven)) return doubt(`+7${prefix}${national}`);
  if (national.length <= 10) return reading;
  // The number has a digit too many after "+7". If the first digit is 7 or 8, it may be a prefix typed out of habit.
  // Otherwise the last digits are too many. The visitor is asked about the number without these digits.
  if (code && !prefix && /^[78].{10}$/.test(national)) return doubt(code + national.slice(1));
  return doubt(code + prefix + national.slice(0, 10));
}

/** A group of digits in a text (`text`), and whatever is between this group and the preceding group (`gap`). */
interface Chunk {
  gap: string;
  text: string;
}

/** Maximum length of a text in which a number is searched. Visitors do not enter a longer text on purpose. */
const LONGEST = 2000;

function find(whole: string, country: string): PhoneReading {
  const text = plain(whole.replace(/%2B/gi, "+").replace(/%20/g, " "));
  const lines = telephoneLines(text);
  const chunks = chunksOf(lines.slice(0, LONGEST), country);
  const end = chunks.pop();
  if (!end || lines.length > LONGEST) return { number: "", problem: "several" };
  if (chunks.length === 0) return { number: "", problem: /[\p{L}\p{N}]/u.test(text) ? "letter" : undefined };
  const phones = chunks.filter((chunk) => isPhone(chunk, country));
  const [main = chunks[0], other] = distinct(phones, country);
  if (!main || other || (phones.length === 0 && chunks.length > 1 && !hasLetter(chunks, end, country)))
    return { number: "", problem: "several" };
  const number = numberOf(main.text);
  if (hasLetter(chunks, end, country)) return { number, problem: "letter" };
  if (hasDoubt(chunks, end, chunks.indexOf(main), country)) {
    return { number: grouped(number, country) ?? number, problem: "doubt" };
  }
  return { number };
}

/** Returns the lines of a contact card (vCard) that contain telephone numbers. Returns any other text unchanged. */
function telephoneLines(text: string): string {
  if (!/^\s*BEGIN:VCARD/i.test(text)) return text;
  return (text.match(/^(?:\w+\.)?TEL[;:].*$/gim) ?? []).join("\n");
}

/**
 * Splits a text at everything that cannot be part of a telephone number. The last chunk has no digits: its gap is the
 * end of the text.
 */
function chunksOf(text: string, country: string): Chunk[] {
  const chunks: Chunk[] = [];
  let gap = "";
  const add = (piece: string): void => {
    if (!/\d/.test(piece)) {
      gap += piece;
      return;
    }
    chunks.push({ gap, text: piece });
    gap = "";
  };
  // Times of day and "24/7" are separators, too, although the slash is also common inside a number.
  text.split(/((?<!\d)(?:\d{1,2}:\d\d|24\/7|7\/24)(?!\d)|[^\d+\s()./'·~-]+)/).forEach((part, index) => {
    // `split` returns the separators at odd indexes.
    if (index % 2 === 1) gap += part;
    else for (const piece of piecesOf(part, country)) add(piece);
  });
  return [...chunks, { gap, text: "" }];
}

function piecesOf(part: string, country: string): string[] {
  // A number may be wrapped over two lines, or its code may be in a separate cell. But a number that is complete in one
  // cell ends with that cell.
  const cells = part.split(/([\t\n])/);
  const pieces = cells.flatMap((cell) => cut(cell, country));
  const whole = cells.length > 1 && pieces.some((piece) => standsAlone(piece, country));
  return whole ? pieces : cut(part, country);
}

function cut(part: string, country: string): string[] {
  const [hours] = HOURS_FIRST.exec(part) ?? [];
  const pieces = hours ? [hours] : [];
  let from = hours?.length ?? 0;
  for (const match of part.matchAll(BREAK)) {
    const head = part.slice(from, match.index);
    if (!endsAt(head, match, country)) continue;
    // The sign that ends the number is the gap between the pieces. Only a plus sign is part of the next piece.
    const gap = match[0] === "+" ? "" : match[0];
    pieces.push(head, gap);
    from = match.index + gap.length;
  }
  return [...pieces, part.slice(from)];
}

function numberOf(chunk: string): string {
  const number = /[\d+(](?:.*[\d)+])?/s.exec(chunk)?.[0] ?? "";
  // The bracket at which a chunk begins belongs to its gap.
  return number.includes("(") ? number : number.replaceAll(")", "");
}

/** Whether a chunk looks like a telephone number, even if the number is incomplete. */
function isPhone({ text }: Chunk, country: string): boolean {
  if (isTime(text)) return false;
  const digits = text.replace(/\D/g, "").length;
  return standsAlone(text, country) || digits > 6 || (digits > 4 && /\+|\d-\d/.test(text));
}

/** Whether a text is opening hours or a date. */
const isTime = (text: string): boolean => HOURS.test(text) || DATE.test(text);
const HOURS = /^\D*\d\d?(?:\.\d\d)?\s?-\s?\d\d?(?:\.\d\d)?\D*$/;
const DATE = /^[^\d+]*(?:[0-3]?\d([./-])[01]?\d\1(?:19|20)\d\d|(?:19|20)\d\d([./-])[01]?\d\2[0-3]?\d)\D*$/;

/** Removes chunks with the same number as another chunk. Links and contact cards often contain a number twice. */
function distinct(chunks: Chunk[], country: string): Chunk[] {
  const numbers = new Map<string, Chunk>();
  for (const chunk of chunks) {
    const number = numberOf(chunk.text);
    numbers.set((e164(number, country) ?? dialled(number)).replace("+", ""), chunk);
  }
  return [...numbers.values()];
}

/** Matches letters that look like digits, and digits of other scripts that cannot be converted. */
const LOOKALIKES = /^[\p{N}OoQDIiLlSsZzBbgqОоІіӀЗзБбВвΟοΙι]+$/u;
/** Matches letters that look like 0 or 1. Unlike other letters, they may stand in place of a whole group of digits. */
const ZEROS = /^[\p{N}OoIlОоІіӀΟοΙι\s.()-]+$/u;
const EXTENSION = /^[^\p{L}#]*(?:доб|вн|ішкі|e?xt|х|x|dw|durchw|dahili|int|分机|转|#)/iu;

/** Whether the text contains a letter between the digits of a number. */
function hasLetter(chunks: Chunk[], end: Chunk, country: string): boolean {
  return [...chunks, end].some(({ gap, text }, index) => {
    const before = chunks[index - 1]?.text ?? "";
    const touches = /\d$/.test(before) || /^\d/.test(text);
    if (gap.trim() && ((touches && LOOKALIKES.test(gap)) || (/[\p{L}\p{N}]/u.test(gap) && ZEROS.test(gap))))
      return true;
    if (!/[\d-]$/.test(before) || !/^\p{L}/u.test(gap) || standsAlone(before, country)) return false;
    return text === "" || (/^\d/.test(text) && /^\p{L}+$/u.test(gap) && !EXTENSION.test(gap));
  });
}

/** Matches a number that ends with one or two separate digits, as before "Uhr" in "1234567 9 Uhr" (9 o'clock). */
const COUNTED = /(?:\d{4}\s\d\d?|\d\s\d)\s?$/;

/**
 * Whether other digits next to the number may belong to the number. They may be an extension, the second line of the
 * number, or digits whose meaning is unclear.
 */
function hasDoubt(chunks: Chunk[], end: Chunk, at: number, country: string): boolean {
  const [before, main, ...after] = [{ gap: "", text: "" }, ...chunks, end].slice(at);
  const { gap, text } = main ?? end;
  const isSeven = e164(text, country)?.startsWith("+7") === true;
  if (before?.text && !isSeven && !/^\D*\+/.test(text) && !/\p{L}/u.test(gap)) return true;
  if (!isSeven && COUNTED.test(text) && /^\p{L}/u.test(after[0]?.gap ?? "")) return true;
  let between = "";
  return after.some((chunk, index) => {
    if (chunk === end) return false;
    between += chunk.gap + (/^\D*/.exec(chunk.text)?.[0] ?? "");
    const wrapped = index === 0 && !isSeven && /^\s*$/.test(between) && between.includes("\n");
    const elsewhere =
      standsAlone(text, country) && /[\t\n|]/.test(between) && !EXTENSION.test(between) && !wrapped;
    const set = /[(,;:\p{L}]/u.test(chunk.gap) || /^\p{L}/u.test(after[index + 1]?.gap ?? "");
    return !elsewhere && !(set && isTime(chunk.text));
  });
}
