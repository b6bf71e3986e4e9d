// Compares the size of the button with the sizes of packages that do a part of what the button does. This script builds
// all packages with the same version and settings of Vite, and compresses them in the same way. Run `npm run build`
// first, and then `node bench/size/size.js`.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { embedChunks, embedSizes, weigh } from "../../scripts/embed-size.js";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The packages that the button is compared with. `entry` is a module that imports the package as its documentation
 * shows.
 */
const CONTENDERS = [
  { name: "altcha", entry: 'import "altcha";', what: "a proof-of-work captcha box" },
  {
    name: "intl-tel-input",
    entry: 'export { default } from "intl-tel-input"; import "intl-tel-input/styles-no-assets";',
    what: "a telephone field alone, without formatting and validation",
  },
  {
    name: "intl-tel-input",
    entry:
      'export { default } from "intl-tel-input/intlTelInputWithUtils"; import "intl-tel-input/styles-no-assets";',
    what: "the same with formatting and validation",
  },
  {
    name: "@awesome.me/webawesome",
    entry: ["button", "dialog", "input"]
      .map((part) => `import "@awesome.me/webawesome/dist/components/${part}/${part}.js";`)
      .join("\n"),
    what: "button, dialog and input, with Lit; no call, no texts, no theme",
  },
];

process.env.NODE_ENV = "production";
const rows = [];
const sizes = embedSizes(await embedChunks());
rows.push(["ours, before it is touched", sizes.first, "button and label, with Lit"]);
rows.push(["ours, with a first call", sizes.call, "the panel, telephone field, call, status; ru or en"]);
for (const { name, entry, what } of CONTENDERS)
  rows.push([`${name} ${versionOf(name)}`, await bundle(entry), what]);

console.log("| contender | brotli, kB | what it is |\n| --- | ---: | --- |");
for (const [name, bytes, what] of rows) console.log(`| ${name} | ${(bytes / 1000).toFixed(1)} | ${what} |`);

/**
 * Bundles an entry module. Returns the compressed size, in bytes, of what a page loads first: the entry, its static
 * imports and its styles.
 */
async function bundle(entry) {
  const id = "virtual:entry";
  const { output } = await build({
    root: here,
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        resolveId: (source) => (source === id ? join(here, "entry.js") : undefined),
        load: (path) => (path === join(here, "entry.js") ? entry : undefined),
      },
    ],
    build: {
      write: false,
      target: "es2022",
      rolldownOptions: {
        input: id,
        preserveEntrySignatures: "strict",
        output: { minify: true },
        treeshake: { moduleSideEffects: true },
      },
    },
  });
  const files = new Map(output.map((file) => [file.fileName, file]));
  const start = output.find(({ isEntry }) => isEntry);
  const wanted = new Set([start.fileName]);
  for (const name of wanted) for (const imported of files.get(name).imports ?? []) wanted.add(imported);
  const texts = output
    .filter(({ fileName }) => wanted.has(fileName) || fileName.endsWith(".css"))
    .map(({ code, source }) => String(code ?? source));
  return texts.reduce((total, text) => total + weigh(text).brotli, 0);
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(here, "..", "node_modules", name, "package.json"), "utf8")).version;
}
