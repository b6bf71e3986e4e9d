// Generates the custom-elements manifest. It describes the element's properties, events, CSS parts, slots and CSS
// custom properties for editors and documentation tools.
import { writeFileSync } from "node:fs";

const compiled = (path) => path.replace(/^\/?src\//, "dist/").replace(/\.ts$/, ".js");

/**
 * Adapts the manifest to the published package: the paths are those of compiled files, and private members of classes
 * are left out.
 */
const published = {
  name: "published",
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules) {
      module.path = compiled(module.path);
      for (const { declaration } of module.exports) declaration.module = compiled(declaration.module);
      for (const one of module.declarations) {
        one.members &&= one.members.filter(({ privacy = "public" }) => privacy === "public");
        // The analyzer lists an event under its first constructor argument. In our event classes, this argument is not
        // the event's name, so such entries are removed.
        one.events &&= one.events.filter(({ name }) => name?.startsWith("uis-call-"));
      }
    }
  },
};

/** Writes custom data files for VS Code, because VS Code does not read the manifest. */
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
      // In custom data of VS Code, the value set `v` marks an attribute that has no value.
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
