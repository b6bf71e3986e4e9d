// `npm start`: installs and builds what is missing, then starts the demo.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { build, install, root } from "./setup.js";

install({ examples: false });
build();
await import(pathToFileURL(join(root, "examples", "demo", "dist", "main.js")).href);
