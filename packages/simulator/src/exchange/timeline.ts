import type { ExchangeCall, Leg } from "./call.js";
import type { Clock } from "./clock.js";

/** Records what happens in one telephone call, with the times. */
export class Timeline {
  readonly #call: ExchangeCall;
  readonly #clock: Clock;
  readonly #singleOffice: boolean;

  /**
   * @param singleOffice whether the office has only one phone; the timeline then calls this phone "office" without its
   * number
   */
  constructor(call: ExchangeCall, clock: Clock, singleOffice: boolean) {
    this.#call = call;
    this.#clock = clock;
    this.#singleOffice = singleOffice;
  }

  /** Returns the seconds since the start of the call. */
  elapsed(): number {
    return (this.#clock.now() - this.#call.startedAt) / 1000;
  }

  note(text: string, leg?: Leg): void {
    const t = Math.round(this.elapsed() * 10) / 10;
    this.#call.timeline.push({ t, text, ...(leg && { leg: leg.id }) });
  }

  name(leg: Leg): string {
    return leg.party === "visitor" || this.#singleOffice ? leg.party : `${leg.party} ${leg.number}`;
  }
}
