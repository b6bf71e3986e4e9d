import { UisCallButton } from "./define.js";

// The backend serves this script from its base path, so the script's folder is the endpoint. A regular expression, because
// bundlers treat `new URL(…, import.meta.url)` as an asset.
UisCallButton.defaultEndpoint = import.meta.url.replace(/\/[^/]*$/, "");
