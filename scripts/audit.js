// `npm run audit`: asks the registry for known vulnerabilities of shipped packages. Fails on a serious one, and where the
// registry does not answer: no answer must not look like no vulnerability.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { giveUp, install, root, run } from "./setup.js";

install();
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const clean = run("npx", ["--yes", packageManager, "audit", "--prod", "--audit-level", "moderate"]);
if (!clean) giveUp("There is a weakness, or the registry could not be asked: see above.");
