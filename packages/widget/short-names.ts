import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

const dist = join(import.meta.dirname, "dist");
const require = createRequire(import.meta.url);
const { resolve } = createRequire(require.resolve("lit"));
const reactive = resolve("@lit/reactive-element").replace(/(?:node\/)?[^/]+$/, "development");

/** Whose words are seen from outside: the element, its events and texts, and what goes to the backend and comes from it. */
const SEEN = [
  ...["uis-call-button", "events", "messages", "trouble-texts", "schedule-texts", "proof"].map(
    (name) => `${dist}/${name}.d.ts`,
  ),
  ...filesIn(join(import.meta.dirname, "..", "shared", "dist"), /\.d\.ts$/),
];

/** What browsers have of their own, which terser keeps as it is. */
const DOM = readFileSync(join(require.resolve("terser/package.json"), "../tools/domprops.js"), "utf8");

/** What a page may know of any element of Lit's; and what browsers call a listener by, which is not in terser's list. */
const KEPT = ["requestUpdate", "updateComplete", "handleEvent"];

/** What is inside of a class or an interface, as `tsc` declares it, and its members. */
const BODY = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type) [^{]*\{\n([^]*?)^\}/gm;
const MEMBER = /^ {4}(?:(?:static|protected|readonly|get|set) )*(\w{2,})[(:;?<]/gm;

/** A private member where it is declared or used; not a colour, nor an id in a text. */
const PRIVATE = /(?<=\.|^ +(?:(?:async|get|set) |\*)*)#([a-z]\w*)/gm;

/** The element's own stay private, since pages hold it. What else there is, the element alone holds. */
const isElement = (id: string): boolean => id.endsWith("/uis-call-button.js");

const LETTERS = "tiesrnaholudcpmfvgbwykxjqzTIESRNAHOLUDCPMFVGBWYKXJQZ";

/** The first letters are for what is private to a class; so many must do. */
const PRIVATES = 16;

/** The others, and then two, are for what is not. */
const publicName = (index: number): string => {
  const letters = LETTERS.slice(PRIVATES);
  const letter = letters.charAt(index % letters.length);
  return index < letters.length ? letter : LETTERS.charAt(Math.floor(index / letters.length) - 1) + letter;
};

/**
 * Short names in the embed bundle for what of our classes, and of Lit's, nobody sees but ourselves; the same in all files,
 * since those are loaded apart, and have to agree.
 *
 * @returns those that are not private, for terser; the plugin sees to the others
 */
export function shortNames(): { names: ReadonlyMap<string, string>; plugin: Plugin } {
  const seen = new Set([...KEPT, ...[DOM, ...SEEN.map(wordsOf)].flatMap((text) => text.match(/\w+/g) ?? [])]);
  const declared = [
    ...filesIn(dist, /^(?!.*(?:\.(?:test|harness)\.|embed)).*\.d\.ts$/),
    ...["element", "controller"].map((name) => `${reactive}/reactive-${name}.d.ts`),
  ]
    .flatMap((file) => [...wordsOf(file).matchAll(BODY)])
    .flatMap(([, body = ""]) => [...body.matchAll(MEMBER)].map(([, name = ""]) => name));
  const hidden = [...new Set(declared)].filter((name) => !seen.has(name));
  // The shortest for the most frequent.
  const code = [...filesIn(dist, /^[\w-]+\.js$/), resolve("@lit/reactive-element")].map(wordsOf).join();
  const uses = new Map(hidden.map((name) => [name, code.split(name).length]));
  hidden.sort((one, other) => (uses.get(other) ?? 0) - (uses.get(one) ?? 0));
  return {
    names: new Map(hidden.map((name, index) => [name, publicName(index)])),
    plugin: {
      name: "short-names",
      transform: { filter: { id: /\/widget\/dist\// }, handler: withoutPrivate },
    },
  };
}

/** Private members as others that have names of one letter, which they share with those of other classes. */
function withoutPrivate(code: string, id: string): string {
  if (isElement(id)) return code;
  const names = [...new Set([...code.matchAll(PRIVATE)].map(([, name]) => name))];
  if (names.length > PRIVATES) throw new Error(`${basename(id)} has more than ${PRIVATES} private members`);
  return code.replace(PRIVATE, (_, name: string) => LETTERS.charAt(names.indexOf(name)));
}

/** Without comments and texts, in which words are no names. */
const wordsOf = (file: string): string => readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|"[^"\n]*"/g, "");

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}
