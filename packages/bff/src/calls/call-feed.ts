import { EventEmitter } from "node:events";
import { isOver } from "@uis-call/shared";
import type { CallRow } from "../store/tables.js";

/**
 * Publishes changes of calls to subscribers in this process. It is only a signal: the ledger is the source of
 * truth.
 */
export class CallFeed {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #count: (call: CallRow) => void;

  /** @param count called once for each change */
  constructor(count: (call: CallRow) => void = () => undefined) {
    this.#count = count;
  }

  publish(call: CallRow): void {
    this.#count(call);
    this.#changes.emit(call.id, call);
  }

  /** @returns a function that ends the subscription */
  subscribe(id: string, listener: (call: CallRow) => void): () => void {
    this.#changes.on(id, listener);
    return () => this.#changes.off(id, listener);
  }

  /**
   * Resolves when the call is over, or after `ms` milliseconds. The result is the last change in this time, or
   * undefined if there was none.
   */
  untilOver(id: string, ms: number): Promise<CallRow | undefined> {
    return new Promise((resolve) => {
      let last: CallRow | undefined;
      const end = (): void => {
        clearTimeout(timer);
        unsubscribe();
        resolve(last);
      };
      const timer = setTimeout(end, ms);
      const unsubscribe = this.subscribe(id, (call) => {
        last = call;
        if (isOver(call.status)) end();
      });
    });
  }
}
