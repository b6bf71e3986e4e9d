// `npm start`: sets up what is missing, then runs the demo.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { build, install, root } from "./setup.js";

install();
build();
await import(pathToFileURL(join(root, "examples", "demo", "dist", "main.js")).href);
