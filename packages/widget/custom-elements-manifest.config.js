// Builds the manifest for editors and documentation tools: members, events, parts, slots and custom properties.
import { writeFileSync } from "node:fs";

const compiled = (path) => path.replace(/^\/?src\//, "dist/").replace(/\.ts$/, ".js");

/** Reduces the manifest to the published package: paths of compiled files, public members only. */
const published = {
  name: "published",
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules) {
      module.path = compiled(module.path);
      for (const { declaration } of module.exports) declaration.module = compiled(declaration.module);
      for (const one of module.declarations) {
        one.members &&= one.members.filter(({ privacy = "public" }) => privacy === "public");
        // The analyzer takes the first constructor argument of our event classes for an event's name.
        one.events &&= one.events.filter(({ name }) => name?.startsWith("uis-call-"));
      }
    }
  },
};

/** Writes custom data for VS Code, which does not read the manifest. */
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
      // VS Code: `v` marks an attribute without a value.
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
