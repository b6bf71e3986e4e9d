/**
 * Why the exchange refuses a command.
 *
 * - `call_unknown`, `leg_unknown`: no call or leg has that id
 * - `leg_not_ringing`: only a ringing leg can be answered or declined
 * - `leg_not_up`: only a leg that has answered can hang up
 * - `call_ended`: the call is over
 */
export type ExchangeRefusalCode =
  "call_unknown" | "leg_unknown" | "leg_not_ringing" | "leg_not_up" | "call_ended";

/** Thrown if the exchange cannot carry out a command. `code` tells the reason. */
export class ExchangeRefusal extends Error {
  override readonly name = "ExchangeRefusal";
  readonly code: ExchangeRefusalCode;

  constructor(code: ExchangeRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
