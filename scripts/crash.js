// `npm run crash`: kills backends for any number of rounds. See crash/crash.ts.
import { build, install } from "./setup.js";

install();
build();
await import("../crash/dist/crash.js");
