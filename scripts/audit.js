// `npm run audit`: asks the npm registry for known vulnerabilities of the shipped packages. Fails if a vulnerability is
// moderate or worse. Also fails if the registry does not respond, because a missing response must not look like "no
// vulnerabilities".
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { giveUp, install, root, run } from "./setup.js";

install();
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const clean = run("npx", ["--yes", packageManager, "audit", "--prod", "--audit-level", "moderate"]);
if (!clean) giveUp("There is a weakness, or the registry could not be asked: see above.");
