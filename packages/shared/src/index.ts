export * from "./call.js";
export * from "./errors.js";
export * from "./health.js";
export * from "./session.js";
