import { readFileSync } from "node:fs";

/** A request with its answer from the vendor's document, as sent on the wire. */
export interface Fixture {
  /** File and paragraph of the document. */
  source: string;
  /** Corrections made to the sample; see docs/uis-api.md, "Contradictions". */
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
 * The samples of the vendor's document. Replace their session keys by an issued one. An account with login and password
 * `bbb` and the service number 74993720692 gives these answers.
 *
 * - `singleNumber` §2, `singleNumberWithMessages` §4, `groups` §4 with a queue: answered `success` when both sides answer
 * - `keyUnknown` §5: -32002, for the key in the document
 */
export const fixtures = {
  authenticate: read("authenticate"),
  singleNumber: read("single-number"),
  singleNumberWithMessages: read("single-number-with-messages"),
  groups: read("groups"),
  keyUnknown: read("key-unknown"),
};
