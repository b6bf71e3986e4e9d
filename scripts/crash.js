// `npm run crash`: kills backends at random, for as many rounds as wished. See crash/crash.ts.
import { build, install } from "./setup.js";

install();
build();
await import("../crash/dist/crash.js");
