import { UisCallButton } from "./define.js";

// The backend serves this script from its base path, so the script's folder is the endpoint. A regular expression finds
// the folder, because bundlers treat `new URL(…, import.meta.url)` as a reference to an asset.
UisCallButton.defaultEndpoint = import.meta.url.replace(/\/[^/]*$/, "");
