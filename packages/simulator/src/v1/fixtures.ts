import { readFileSync } from "node:fs";

/** A sample from the vendor's document: an HTTP request and its response. */
export interface Fixture {
  /** File and section of the document that contains the sample. */
  source: string;
  /** Corrections that we have made to the sample. The section "Contradictions" in docs/uis-api.md gives the reasons. */
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
 * The samples of the vendor's document (Call API v1). To get these responses from a simulator, give it an account with
 * login and password `bbb` and the service number 74993720692, and replace the session key of the sample with a key
 * that the simulator has issued.
 *
 * - `singleNumber` (§2), `singleNumberWithMessages` (§4) and `groups` (§4, with a queue): the result is `success` when
 *   both sides have answered their phones
 * - `keyUnknown` (§5): the error is -32002, because the simulator does not know the session key in the document
 */
export const fixtures = {
  authenticate: read("authenticate"),
  singleNumber: read("single-number"),
  singleNumberWithMessages: read("single-number-with-messages"),
  groups: read("groups"),
  keyUnknown: read("key-unknown"),
};
