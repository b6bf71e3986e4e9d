import { randomUUID } from "node:crypto";
import { type Account, type RpcRecord, UisSimulator } from "@uis-call/simulator";
import type { Journal } from "./checker.js";

/**
 * Maximum delay of a response of UIS, in milliseconds. The responses are delayed so that some calls are always waiting
 * for one.
 */
const SLOWEST = 60;

/**
 * The simulated UIS. The checks compare the ledger with the requests that it received and with the telephone calls that
 * it placed.
 */
export class Uis {
  readonly password = randomUUID();
  readonly #simulator: UisSimulator;
  readonly #random: () => number;
  readonly #unanswerable = new Set<string>();
  /**
   * Called with the visitor's number after a telephone call has been dialled. If it returns true, the simulator closes
   * the HTTP connection without sending its response.
   */
  onDialled: ((number: string) => boolean) | undefined;

  constructor(random: () => number) {
    this.#random = random;
    const account: Account = { login: "acme", password: this.password, serviceNumbers: ["74990000000"] };
    this.#simulator = new UisSimulator({
      accounts: [account],
      settings: { answersWhen: "accepted", ringFor: 1 },
    });
    this.#simulator.beforeAnswer = (request, answer) => {
      if (request.method !== "place_calls" || !("result" in (answer.body as object))) return;
      const number = numberIn(request);
      if (this.onDialled?.(number) === true) {
        answer.reset = true;
        return;
      }
      answer.delay = this.#random() * SLOWEST;
      if (this.#unanswerable.has(number)) Object.assign(answer.body, { result: "fail" });
    };
  }

  start(): Promise<void> {
    return this.#simulator.start({ port: 0 });
  }

  get url(): string {
    return this.#simulator.url;
  }

  /** Makes telephone calls to this number fail, as if the person did not pick up. */
  noAnswerAt(number: string): void {
    this.#unanswerable.add(number);
  }

  /**
   * Expires the session keys that UIS has issued so far. UIS then refuses the next request of each backend, and the
   * backend sends it again with a new key.
   */
  expireKeys(): void {
    this.#simulator.expireSessionKeys();
  }

  /** Returns the requests and telephone calls so far, as lists of visitors' numbers. */
  journal(): Journal {
    const received = this.#simulator.received("place_calls");
    return {
      received: received.map(numberIn),
      // Every telephone call has a leg to the visitor's telephone, because this telephone rings first.
      rang: this.#simulator.exchange.calls.flatMap(({ legs }) =>
        legs.filter(({ party }) => party === "visitor").map(({ number }) => number),
      ),
      succeeded: received.filter(saidSuccess).map(numberIn),
    };
  }

  stop(): Promise<void> {
    return this.#simulator.stop();
  }
}

const numberIn = ({ params }: RpcRecord): string => (params as { numa: string }).numa;

const saidSuccess = ({ answer }: RpcRecord): boolean =>
  (answer as { result?: unknown } | undefined)?.result === "success";
