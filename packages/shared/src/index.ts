export * from "./call.js";
export * from "./errors.js";
export * from "./health.js";
export * from "./proof.js";
export * from "./session.js";
