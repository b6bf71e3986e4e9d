// What editors and documentation tools read: the element's members, events, parts, slots and custom properties.
import { writeFileSync } from "node:fs";

const compiled = (path) => path.replace(/^\/?src\//, "dist/").replace(/\.ts$/, ".js");

/** The manifest of what is published: compiled files and what is public in them. */
const published = {
  name: "published",
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules) {
      module.path = compiled(module.path);
      for (const { declaration } of module.exports) declaration.module = compiled(declaration.module);
      for (const one of module.declarations) {
        one.members &&= one.members.filter(({ privacy = "public" }) => privacy === "public");
        // It takes the first argument of an event of ours for the event's name.
        one.events &&= one.events.filter(({ name }) => name?.startsWith("uis-call-"));
      }
    }
  },
};

/** The same for VS Code, which reads no manifest: custom data for HTML and CSS. */
const forVsCode = {
  name: "for VS Code",
  packageLinkPhase({ customElementsManifest: { modules } }) {
    const elements = modules.flatMap(({ declarations }) => declarations).filter(({ tagName }) => tagName);
    write("html", { tags: elements.map(tagOf) });
    const described = ({ name, description }) => ({ name, description });
    write("css", { properties: elements.flatMap(({ cssProperties }) => cssProperties.map(described)) });
  },
};

function tagOf({ tagName: name, description, attributes, members }) {
  return {
    name,
    description,
    attributes: attributes.map(({ name, fieldName }) => {
      const { description, type } = members.find((member) => member.name === fieldName);
      const values = [...type.text.matchAll(/"([^"]*)"/g)].map(([, value]) => ({ name: value }));
      // `v` is VS Code's word for an attribute without a value.
      return { name, description, ...(type.text === "boolean" ? { valueSet: "v" } : { values }) };
    }),
  };
}

function write(language, data) {
  const text = JSON.stringify({ version: 1.1, ...data }, null, 2);
  writeFileSync(`dist/vscode.${language}-custom-data.json`, `${text}\n`);
}

export default {
  globs: ["src/uis-call-button.ts", "src/define.ts"],
  outdir: "dist",
  litelement: true,
  packagejson: false,
  plugins: [published, forVsCode],
};
