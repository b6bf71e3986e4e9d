// `npm run crash`: installs and builds what is missing. Then runs crash/crash.ts, which tests the backend by killing it
// again and again.
import { build, install } from "./setup.js";

install();
build();
await import("../crash/dist/crash.js");
