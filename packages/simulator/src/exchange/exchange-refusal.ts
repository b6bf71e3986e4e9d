/**
 * Why the exchange refuses a command. One of the commands is to answer a ringing phone.
 *
 * - `call_unknown`, `leg_unknown`: there is no call or leg with that id
 * - `leg_not_ringing`: only a ringing leg can be answered or declined
 * - `leg_not_up`: only a leg that has been answered can be hung up
 * - `call_ended`: the call has ended
 */
export type ExchangeRefusalCode =
  "call_unknown" | "leg_unknown" | "leg_not_ringing" | "leg_not_up" | "call_ended";

/** The error that is thrown if the exchange cannot carry out a command. `code` says why. */
export class ExchangeRefusal extends Error {
  override readonly name = "ExchangeRefusal";
  readonly code: ExchangeRefusalCode;

  constructor(code: ExchangeRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
