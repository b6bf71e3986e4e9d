import { parse } from "tldts";

/** Maximum number of characters of a value that are spoken. */
export const SPOKEN_LIMIT = 60;

/**
 * Characters that are removed from all values. They include brackets, angle brackets, slashes and symbols, because
 * speech engines interpret these as mark-up.
 */
export const UNSPEAKABLE = /[^\p{L}\p{M}\p{N} .,'’"«»№%()-]/gu;

/** Maximum number of digits in all values of a stranger together. A telephone number has at least seven. */
const MOST_DIGITS = 6;

/**
 * Values that an anonymous visitor has filled in, in the form in which they may be spoken. A value that may not be
 * spoken is empty. Otherwise anyone could make the tenant's voice tell people to call a false "bank", or to open
 * its website.
 */
export function strangersValues(given: Readonly<Record<string, string>>): Record<string, string> {
  let room = MOST_DIGITS;
  const speakable = ([name, value]: [string, string]): [string, string] => {
    const text = plainWords(value);
    const digits = text.match(DIGIT)?.length ?? 0;
    if (digits > room || addressesIn(text).length > 0) return [name, ""];
    room -= digits;
    // Separates the words, so that no speech engine reads "ул.Ленина" as the name of a website.
    return [name, text.replaceAll(/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, ". ")];
  };
  return Object.fromEntries(Object.entries(given).map(speakable));
}

/**
 * Whether a stranger's values form a telephone number or an address together with each other or with the text
 * around them.
 *
 * @param pieces the message, of which every second piece is a value
 */
export function formsMore(pieces: readonly string[]): boolean {
  // Compares with the tenant's own text, which may well name a number or a website.
  const own = simplified(pieces.filter((_, index) => index % 2 === 0).join(""));
  const all = simplified(pieces.join(""));
  const known = new Set(findingsIn(own));
  return dotsIn(all) > dotsIn(own) || findingsIn(all).some((finding) => !known.has(finding));
}

/** Counts the dots between words that no space separates. */
const dotsIn = (text: string): number => text.match(/[\p{L}\p{N}]\.(?=\p{L})/gu)?.length ?? 0;

const findingsIn = (text: string): string[] => [
  ...(text.match(/\p{N}(?:[^\p{L}\p{N}]*\p{N}){6,}/gu) ?? []),
  ...addressesIn(text),
];

/** Digits of every script, and Chinese numerals, which are letters to Unicode. */
const DIGIT = /[\p{N}〇零一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]/gu;

/** Turns a value into words of letters and digits, with the signs between them that speech engines do not interpret. */
const plainWords = (value: string): string =>
  Array.from(
    simplified(value)
      // Keeps the parts of an address apart, so that they are still recognised.
      .replaceAll(/[:/\\@_]/g, " ")
      .replaceAll(UNSPEAKABLE, "")
      .replaceAll(/ {2,}/g, " "),
  )
    .slice(0, SPOKEN_LIMIT)
    .join("")
    .trim();

/**
 * Returns the text in the form that is judged and spoken: compatible characters are replaced by the usual ones,
 * characters that look like a full stop by one, and marks and invisible characters are removed, because they would
 * hide a digit or a dot. Control characters become spaces.
 */
const simplified = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/[\p{M}\p{Cf}\p{DI}\u2800]/gu, "")
    .replaceAll(/[。۔܁܂·•‧∙⋅・ꓸ٫᛫⸱⸳•●]/gu, ".")
    // Modifier letters have no sound of their own, and some of them look like punctuation.
    .replaceAll(/[\p{Lm}\p{C}\s]+/gu, " ");

/** Returns the parts of a text that a listener would understand as an address on the internet. */
function addressesIn(text: string): string[] {
  const pieces = joinedLetters(text).split(/([\p{L}\p{N}]+)/u);
  const found: string[] = [];
  let numbers = 0;
  // Words are at the odd places, the gaps between them at the even ones.
  for (let at = 1; at < pieces.length; at += 2) {
    const [left = "", gap = "", right = "", , next = ""] = pieces.slice(at, at + 5);
    numbers = gap.includes(".") && /^\p{N}+$/u.test(left) ? numbers + 1 : 0;
    const spelled = /^(?:точка|тчк|dot)$/iu.test(right) && isDomain(left, " . ", next);
    if (SCHEME.test(left) || numbers === 3 || spelled || isDomain(left, gap, right))
      found.push(left + gap + right + (spelled ? next : ""));
  }
  return found;
}

/** Joins letters that are spelled out: `s b e r` is heard as a name. */
const joinedLetters = (text: string): string =>
  text.replaceAll(/(?<=(?<![\p{L}\p{N}])[\p{L}\p{N}]) (?=[\p{L}\p{N}](?![\p{L}\p{N}]))/gu, "");

const SCHEME = /^(?:www|https?|ftp|xn)$/iu;

/** Endings that are understood as those of a website whatever sign stands before them, in Russian letters, too. */
const WELL_KNOWN = new Set(["ru", "su", "рф", "com", "ру", "ком"]);
/** Names that look like top-level domains, but are reserved (RFC 2606, RFC 6761, RFC 6762). */
const RESERVED = new Set(["example", "invalid", "test", "localhost", "local"]);

/** Whether two words are a domain name because of the gap between them. Other words only begin a new sentence. */
function isDomain(left: string, gap: string, right: string): boolean {
  // Compares without accents: "rü" is heard as "ru".
  const bare = right.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return endsDomain(left, gap, right) || (bare !== right && endsDomain(left, gap, bare));
}

function endsDomain(left: string, gap: string, right: string): boolean {
  const ending = right.toLowerCase();
  if (WELL_KNOWN.has(ending)) return gap.includes(".") || !gap.includes(" ");
  if (!gap.includes(".")) return false;
  if (RESERVED.has(ending)) return true;
  if (parse(`x.${ending}`).isIcann === true) {
    const isSentence = /^[^\s.]*\.+[^\s.]*\s/u.test(gap) && /^\p{Lu}\p{Ll}+$/u.test(right);
    // "г. Москва" and "г.Москва" are how a city is written, but `москва` is a top-level domain, too.
    return !isSentence && left.toLowerCase() !== "г";
  }
  // Also finds top-level domains that are younger than the list.
  return gap === "." && /^\p{Ll}{2,}$/u.test(right) && /[a-z]/.test(right);
}
