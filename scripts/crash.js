// `npm run crash`: installs and builds what is missing, then runs crash/crash.ts, which kills backends.
import { build, install } from "./setup.js";

install();
build();
await import("../crash/dist/crash.js");
