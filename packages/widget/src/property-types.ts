/** What a page may set a property to. Numbers are taken for texts, texts and numbers for flags. */
export type Kind = "text" | "flag" | "function" | "object";

const IN_WORDS: Record<Kind, string> = {
  text: "a text or a number",
  flag: "true or false",
  function: "a function",
  object: "an object of texts",
};

/** Texts that templates make of values they cannot write. */
const NO_TEXT = /^(?:undefined|null|NaN|\[object \w+\])$/;

/** Messages shown already, by element: frameworks set a property at each render. */
const reported = new WeakMap<object, Set<string>>();

/**
 * Returns a value that a page has set, converted to the kind; undefined for none, and for a value of another type, which
 * the page's developer is told of.
 */
export function taken(element: object, name: string, value: unknown, kinds: readonly Kind[]): unknown {
  if (value === null || value === undefined) return undefined;
  for (const kind of kinds) {
    const converted = CONVERT[kind](value);
    if (converted !== undefined) return converted;
  }
  report(element, name, `takes ${kinds.map((kind) => IN_WORDS[kind]).join(" or ")}, not ${wordFor(value)}`);
  return undefined;
}

/** Returns the texts and numbers in an object that a page has set, as texts; of nested objects, too, where they may be. */
export function textsIn(
  element: object,
  name: string,
  value: object | undefined,
  nested: readonly string[] = [],
): Record<string, string> | undefined {
  if (!value) return undefined;
  try {
    const texts = Object.entries(value).map(([key, each]: [string, unknown]) => {
      const path = `${name}.${key}`;
      if (!nested.includes(key)) return [key, taken(element, path, each, ["text"])];
      return [key, textsIn(element, path, taken(element, path, each, ["object"]) as object | undefined)];
    });
    return Object.fromEntries(texts.filter(([, text]) => text !== undefined)) as Record<string, string>;
  } catch {
    report(element, name, "throws when it is read");
    return undefined;
  }
}

/** Tells the developer once. Never shows the value: it may hold a telephone number. */
function report(element: object, name: string, problem: string): void {
  const told = reported.get(element) ?? new Set();
  reported.set(element, told);
  const message = `<uis-call-button>: "${name}" ${problem}. It is left out.`;
  if (!told.has(message)) console.error(message);
  told.add(message);
}

const CONVERT: Record<Kind, (value: unknown) => unknown> = {
  text: (value) => {
    if (typeof value === "string") return NO_TEXT.test(value) ? undefined : value;
    // Larger numbers have lost digits already.
    return typeof value === "bigint" ||
      (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
      ? String(value)
      : undefined;
  },
  flag: (value) => (/^(?:boolean|string|number)$/.test(typeof value) ? Boolean(value) : undefined),
  function: (value) => (typeof value === "function" ? value : undefined),
  object: (value) => (isRecord(value) ? value : undefined),
};

/** Whether the value is an object with content of its own: no list, date or element. A revoked proxy throws. */
function isRecord(value: unknown): boolean {
  try {
    return Object.prototype.toString.call(value) === "[object Object]";
  } catch {
    return false;
  }
}

const wordFor = (value: unknown): string => {
  if (typeof value === "string") return `the text "${value}"`;
  return typeof value === "number" ? "such a number" : `a value of type ${typeof value}`;
};
