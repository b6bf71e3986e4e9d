/**
 * Kinds of values that a property of the element accepts. A property of the kind `text` also accepts numbers. A
 * property of the kind `flag` also accepts texts and numbers.
 */
export type Kind = "text" | "flag" | "function" | "object" | "list";

/** Members of an object that are not texts: objects, with such members in turn, and lists of texts, as `[]`. */
export type Shape = readonly never[] | { readonly [name: string]: Shape };

const IN_WORDS: Record<Kind, string> = {
  text: "a text or a number",
  flag: "true or false",
  function: "a function",
  object: "an object of texts",
  list: "a list of texts",
};

/** Matches texts that templates produce from values that they cannot write. Such a text counts as no value. */
const NO_TEXT = /^(?:undefined|null|NaN|\[object \w+\])$/;

/**
 * The messages that have been logged for each element. A message is logged only once, although frameworks set a
 * property at each render.
 */
const reported = new WeakMap<object, Set<string>>();

/**
 * Converts a value that the page has set to one of the kinds. Returns undefined if there is no value. If the value has
 * a wrong type, logs a message for the page's developer and returns undefined.
 */
export function taken(element: object, name: string, value: unknown, kinds: readonly Kind[]): unknown {
  if (value === null || value === undefined) return undefined;
  for (const kind of kinds) {
    const converted = CONVERT[kind](value);
    if (converted !== undefined) return converted;
  }
  const wanted = kinds.map((kind) => IN_WORDS[kind]).join(" or ");
  report(element, name, `must be ${wanted}, not ${wordFor(value)}. It is left out.`);
  return undefined;
}

/**
 * Whether a text is an address that requests can be sent to. If it is not, reports that to the page's developer.
 */
export function isAddress(element: object, name: string, text: string): boolean {
  try {
    return Boolean(new URL(text, location.href));
  } catch {
    report(element, name, "is no address.");
    return false;
  }
}

/**
 * Returns the texts and numbers in an object set by the page, all converted to texts.
 *
 * @param shape the members that are not texts themselves
 */
export function textsIn(
  element: object,
  name: string,
  value: object | undefined,
  shape: Shape = {},
): Record<string, string> | undefined {
  if (!value) return undefined;
  try {
    const texts = Object.entries(value).map(([key, each]: [string, unknown]) => {
      const path = `${name}.${key}`;
      const inner = Object.hasOwn(shape, key) ? (shape as Record<string, Shape>)[key] : undefined;
      if (!inner) return [key, taken(element, path, each, ["text"])];
      const kind = Array.isArray(inner) ? "list" : "object";
      return [key, textsIn(element, path, taken(element, path, each, [kind]) as object | undefined, inner)];
    });
    const known = texts.filter(([, text]) => text !== undefined);
    if (!Array.isArray(value)) return Object.fromEntries(known) as Record<string, string>;
    // In a list, each text has its place.
    return known.length === value.length ? (known.map(([, text]) => text) as never) : undefined;
  } catch {
    report(element, name, "throws when it is read. It is left out.");
    return undefined;
  }
}

/**
 * Logs a problem for the page's developer, once for each element. The message never contains a number, because it may
 * be a telephone number.
 */
export function report(element: object, name: string, problem: string): void {
  const told = reported.get(element) ?? new Set();
  reported.set(element, told);
  const message = `<uis-call-button>: "${name}" ${problem}`;
  if (!told.has(message)) console.error(message);
  told.add(message);
}

const CONVERT: Record<Kind, (value: unknown) => unknown> = {
  text: (value) => {
    if (typeof value === "string") return NO_TEXT.test(value) ? undefined : value;
    // Numbers above `MAX_SAFE_INTEGER` are refused, because JavaScript has already rounded them.
    return typeof value === "bigint" ||
      (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
      ? String(value)
      : undefined;
  },
  flag: (value) => (/^(?:boolean|string|number)$/.test(typeof value) ? Boolean(value) : undefined),
  function: (value) => (typeof value === "function" ? value : undefined),
  object: (value) => (isRecord(value) ? value : undefined),
  list: (value) => (Array.isArray(value) ? value : undefined),
};

/**
 * Whether the value is a plain object, and not a list, a date or an element. For a revoked proxy, the check throws, and
 * the result is false.
 */
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
