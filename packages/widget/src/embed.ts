import { UisCallButton } from "./define.js";

// The backend serves this script from its base path, so that is where it is. (Bundlers take `new URL(…, import.meta.url)`
// for an asset.)
UisCallButton.defaultEndpoint = import.meta.url.replace(/\/[^/]*$/, "");
