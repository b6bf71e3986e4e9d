import { readFileSync } from "node:fs";

/** A sample of the vendor's document: a request with its answer, as sent over HTTP. */
export interface Fixture {
  /** File and paragraph of the document. */
  source: string;
  /** Corrections made to the sample. "Contradictions" in docs/uis-api.md gives the reasons. */
  settled: string[];
  request: { jsonrpc: "2.0"; method: string; id: number; params: Record<string, unknown> };
  answer: {
    jsonrpc: "2.0";
    id: number;
    result?: unknown;
    error?: { code: number; message: string; data?: string };
  };
}

const read = (name: string): Fixture =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), "utf8")) as Fixture;

/**
 * The samples of the vendor's document (Call API v1). A simulator gives these answers if it has an account with login
 * and password `bbb` and the service number 74993720692, and if the session key of the sample is replaced with a key
 * that the simulator has issued.
 *
 * - `singleNumber` (§2), `singleNumberWithMessages` (§4) and `groups` (§4, with a queue): the answer is `success` when
 *   both sides have answered
 * - `keyUnknown` (§5): the error -32002 for the session key in the document
 */
export const fixtures = {
  authenticate: read("authenticate"),
  singleNumber: read("single-number"),
  singleNumberWithMessages: read("single-number-with-messages"),
  groups: read("groups"),
  keyUnknown: read("key-unknown"),
};
