/**
 * Lit's `lit-html.js` as the embed bundle has it: as much of it as the element's templates take. An expression is a child,
 * or the whole of an attribute, without quotes; `lean-lit.ts` fails the build where a template has another.
 */

/**
 * What is to be shown: a function, so that no data passes for it, and the template of one copy of this script is one to
 * another (a page may name it with a query).
 */
type TemplateResult = () => readonly [strings: readonly string[], values: readonly unknown[]];

/** A place in the page that takes the values of an expression. */
type Part = (value: unknown) => void;

/** What `LitElement` gives each time. */
interface RenderOptions {
  /** What listeners are called on. */
  host: unknown;
  /** The place of the whole, from the first time on. */
  root?: Part;
}

interface Policy {
  createHTML(text: string): string;
}

const { trustedTypes } = globalThis as {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
};
const policy = trustedTypes?.createPolicy("lit-html", { createHTML: (text) => text });

/** Ends the name of an attribute whose value is to come, and is a comment where a child is. */
const MARK = "$";

/** `NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT` */
const ELEMENTS_AND_COMMENTS = 129;

/** Shows no child, and no attribute. */
export const nothing = undefined;

/** What else `LitElement` imports, and the element does not use. */
export const noChange = undefined;

/** A template and what to fill it with. */
export const html =
  (strings: readonly string[], ...values: unknown[]): TemplateResult =>
  () => [strings, values];

/** Shows a result in a container that holds nothing else. */
export function render(value: unknown, container: Node, options: RenderOptions): void {
  options.root ??= childPart(container.appendChild(document.createComment("")), options.host);
  options.root(value);
}

/** By what they are made from, which is the same object each time. */
const templates = new WeakMap<readonly string[], HTMLTemplateElement>();

function templateOf(strings: readonly string[]): HTMLTemplateElement {
  let template = templates.get(strings);
  if (template === undefined) {
    template = document.createElement("template");
    const text = strings
      .map((string) => (string.endsWith("=") ? string.slice(0, -1) + MARK : `${string}<?${MARK}>`))
      .join("");
    template.innerHTML = policy?.createHTML(text) ?? text;
    templates.set(strings, template);
  }
  return template;
}

/** A copy of a template, and its places in the order of the expressions. */
function instantiate(strings: readonly string[], host: unknown): [DocumentFragment, Part[]] {
  const fragment = document.importNode(templateOf(strings).content, true);
  const parts: Part[] = [];
  const walker = document.createTreeWalker(fragment, ELEMENTS_AND_COMMENTS);
  while (walker.nextNode() !== null) {
    const node = walker.currentNode as Element | Comment;
    if ("data" in node) {
      if (node.data === `?${MARK}`) parts.push(childPart(node, host));
    } else {
      for (const name of node.getAttributeNames()) {
        if (!name.endsWith(MARK)) continue;
        node.removeAttribute(name);
        parts.push(attributePart(node, name.slice(0, -1), host));
      }
    }
  }
  return [fragment, parts];
}

/** What stands between a comment and what follows it: a text or a template. */
function childPart(start: ChildNode, host: unknown): Part {
  const end = start.nextSibling;
  let shown: unknown = "";
  let parts: Part[] = [];
  return (value) => {
    const filled = typeof value === "function";
    const [wanted, values] = filled ? (value as TemplateResult)() : [value ?? "", []];
    if (wanted !== shown) {
      shown = wanted;
      while (start.nextSibling && start.nextSibling !== end) start.nextSibling.remove();
      const [content, places] = filled
        ? instantiate(wanted as readonly string[], host)
        : [wanted as string, []];
      start.after(content);
      parts = places;
    }
    parts.forEach((part, index) => part(values[index]));
  };
}

/** `name`, `?name`, `.name` or `@name` of an element. */
function attributePart(element: Element, name: string, host: unknown): Part {
  const kind = name[0];
  const rest = name.slice(1);
  let shown: unknown;
  if (kind === "@") element.addEventListener(rest, (event) => (shown as Part).call(host, event));
  return (value) => {
    if (value === shown) return;
    shown = value;
    if (kind === "?") element.toggleAttribute(rest, Boolean(value));
    else if (kind === ".") (element as unknown as Record<string, unknown>)[rest] = value;
    else if (kind !== "@") {
      if (value === undefined) element.removeAttribute(name);
      else element.setAttribute(name, value as string);
    }
  };
}
