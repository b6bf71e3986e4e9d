import { randomUUID } from "node:crypto";
import { type Account, type RpcRecord, UisSimulator } from "@uis-call/simulator";
import type { Journal } from "./checker.js";

/** Maximum delay of an answer in milliseconds. Delays make sure that some calls are always waiting for an answer. */
const SLOWEST = 60;

/** The simulated UIS. All checks compare with the requests that it received and the calls of its exchange. */
export class Uis {
  readonly password = randomUUID();
  readonly #simulator: UisSimulator;
  readonly #random: () => number;
  readonly #unanswerable = new Set<string>();
  /** Called with the visitor's number when a call was dialled. Returns true to cut the connection before the answer. */
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

  /** Makes calls to a number fail, as if the phone were not answered. */
  noAnswerAt(number: string): void {
    this.#unanswerable.add(number);
  }

  /** Expires the session keys issued so far, so that the next call of each backend is refused and sent again. */
  expireKeys(): void {
    this.#simulator.expireSessionKeys();
  }

  /** Returns the requests and calls so far, as visitors' numbers. */
  journal(): Journal {
    const received = this.#simulator.received("place_calls");
    return {
      received: received.map(numberIn),
      // Every call has a leg at the visitor's phone, because this phone rings first.
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
