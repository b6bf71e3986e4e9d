import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request to Call API v4.0 or Data API v2.0 and UIS's answer to it, made from the vendor's documents. */
export interface Pair {
  name: string;
  api: "call" | "data";
  request: { id?: string; method: string; params: Record<string, unknown> };
  response: { error?: { code: number; data: { mnemonic: string } }; result?: { data: unknown } };
}

const FILE = new URL("../../../../testing/src/call-api-v4.fixtures.json", import.meta.url);

/** All pairs. Some requests are no JSON-RPC requests: a text that is no JSON, or a list. */
export const PAIRS = (JSON.parse(readFileSync(FILE, "utf8")) as { pairs: Pair[] }).pairs;

/** Returns the pair with this name. @throws Error when there is none */
export function pairOf(name: string): Pair {
  const pair = PAIRS.find((one) => one.name === name);
  if (pair === undefined) throw new Error(`no pair ${name}`);
  return pair;
}

/** HTTP server that answers each request with the next prepared answer and records the requests. */
export class UisAnswers {
  readonly requests: { id: string; method: string; params: Record<string, unknown> }[] = [];
  readonly #answers: { status: number; body: (id: string) => string }[] = [];
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      const received = JSON.parse(body) as (typeof this.requests)[number];
      this.requests.push(received);
      const answer = this.#answers.shift();
      response.writeHead(answer?.status ?? 500, { "content-type": "application/json; charset=UTF-8" });
      response.end(answer?.body(received.id));
    });
  });

  static async start(): Promise<UisAnswers> {
    const answers = new UisAnswers();
    answers.#server.listen(0, "127.0.0.1");
    await once(answers.#server, "listening");
    return answers;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Prepares the answer of this pair. The answer gets the id of the request, unless the pair's answer has none. */
  prepare({ response }: Pick<Pair, "response">, status = 200): void {
    this.prepareBody((id) => {
      const isAnonymous = (response as { id?: unknown }).id === null;
      return JSON.stringify({ ...response, id: isAnonymous ? null : id });
    }, status);
  }

  prepareBody(body: (id: string) => string, status = 200): void {
    this.#answers.push({ status, body });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
