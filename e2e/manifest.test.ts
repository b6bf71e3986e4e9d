import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UisCallButton } from "@uis-call/widget";
import { describe, expect, it } from "vitest";
import { root } from "./example-site.js";

interface Described {
  name: string;
  description?: string;
}
interface Declaration extends Record<
  "events" | "slots" | "cssParts" | "cssProperties" | "attributes",
  Described[]
> {
  tagName?: string;
  members: (Described & { kind: string; static?: boolean })[];
}
interface Manifest {
  modules: { path: string; declarations: Declaration[] }[];
}
interface CustomData {
  tags?: (Described & { attributes: (Described & { values?: Described[] })[] })[];
  properties?: Described[];
}

const widget = join(root, "packages/widget");
const read = (path: string): string => readFileSync(join(widget, path), "utf8");
const { customElements } = JSON.parse(read("package.json")) as { customElements: string };
const { modules } = JSON.parse(read(customElements)) as Manifest;
const element = modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName)!;
const names = (described: Described[]): string[] => described.map(({ name }) => name).sort();

describe("the custom-elements manifest", () => {
  it("is of files that are published", () => {
    expect(element.tagName).toBe("uis-call-button");
    expect(modules.map(({ path }) => path).filter((path) => !existsSync(join(widget, path)))).toEqual([]);
  });

  it("has the attributes the element observes, and its members", () => {
    expect(names(element.attributes)).toEqual([...UisCallButton.observedAttributes].sort());
    const fields = element.members.filter(({ kind, static: onClass }) => kind === "field" && !onClass);
    const properties = [...UisCallButton.elementProperties].filter(([, { state }]) => !state);
    expect(names(fields)).toEqual(properties.map(([name]) => String(name)).sort());
    expect(element.members.map(({ name }) => name)).toEqual(expect.arrayContaining(["show", "hide", "call"]));
  });

  it("has the README's attributes and events, each with a description", () => {
    const cells = [...read("README.md").matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name);
    expect(cells).toEqual(expect.arrayContaining(names(element.attributes)));
    expect(cells).toEqual(expect.arrayContaining(names(element.events)));
    const { attributes, events, slots, cssParts, cssProperties, members } = element;
    const all = [attributes, events, slots, cssParts, cssProperties, members].flat();
    expect(names(all.filter(({ description }) => !description))).toEqual([]);
  });

  it("has every part, slot and custom property the README names", () => {
    const text = read("README.md");
    for (const name of names([...element.cssParts, ...element.slots].filter(({ name }) => name)))
      expect(text).toContain(`\`${name}\``);
    const properties = new Set(text.match(/--uis-call-[a-z-]*[a-z]/g));
    expect(names(element.cssProperties)).toEqual(expect.arrayContaining([...properties]));
  });
});

describe("docs/theming.md", () => {
  const text = readFileSync(join(root, "docs/theming.md"), "utf8");

  it("lists every custom property, part and slot, as the element's own docs put it", () => {
    const rows = [...text.matchAll(/^\| (?:`([\w-]+)`|\(.*?\)) +\| (.*?) +\|$/gm)].map(
      ([, name = "", what]) => [name, what],
    );
    const described = [...element.cssProperties, ...element.cssParts, ...element.slots];
    expect(rows).toEqual(described.map(({ name, description }) => [name, description]));
  });

  it("says what the five pages set, to the letter", async () => {
    const { LOOKS } = (await import(join(root, "scripts/looks.js"))) as {
      LOOKS: { name: string; button: string }[];
    };
    expect(LOOKS).toHaveLength(5);
    for (const { name, button } of LOOKS) {
      const [, set] = text.split(`](gallery/look-${name}.png)`);
      expect(set?.trimStart().slice("```css\n".length)).toSatisfy((css: string) => css.startsWith(button));
      expect(existsSync(join(root, `docs/gallery/look-${name}.png`))).toBe(true);
    }
  });
});

describe("VS Code's custom data", () => {
  const data = (language: string) =>
    JSON.parse(read(`dist/vscode.${language}-custom-data.json`)) as CustomData;

  it("has the attributes, and the values some of them take", () => {
    const [tag] = data("html").tags!;
    expect(names(tag!.attributes)).toEqual(names(element.attributes));
    const display = tag!.attributes.find(({ name }) => name === "display");
    expect(names(display!.values!)).toEqual(["floating", "inline", "popover"]);
  });

  it("has the custom properties", () => {
    expect(names(data("css").properties!)).toEqual(names(element.cssProperties));
  });
});
