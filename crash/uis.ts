import { randomUUID } from "node:crypto";
import { type Account, type RpcRecord, UisSimulator } from "@uis-call/simulator";
import type { Journal } from "./checker.js";

/** Milliseconds UIS may take over an answer: at any moment some calls wait for theirs. */
const SLOWEST = 60;

/** The one stand-in for UIS. What it has been asked and what its exchange has rung is the truth. */
export class Uis {
  readonly password = randomUUID();
  readonly #simulator: UisSimulator;
  readonly #random: () => number;
  readonly #unanswerable = new Set<string>();
  /** Told the visitor's number once a call rings and before that is answered; true: it never is. */
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

  /** Nobody picks up there. */
  noAnswerAt(number: string): void {
    this.#unanswerable.add(number);
  }

  /** The keys given out so far are over: each instance has its next call refused, and sends it a second time. */
  expireKeys(): void {
    this.#simulator.expireSessionKeys();
  }

  /** What it has been asked and what it did, by visitor's number. */
  journal(): Journal {
    const received = this.#simulator.received("place_calls");
    return {
      received: received.map(numberIn),
      // The visitor's phone rings first: each call that was carried out has a leg there.
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
