import { inTime } from "../in-time.js";
import { report, taken } from "../property-types.js";
import type { UisCallButton } from "../uis-call-button.js";

/**
 * Asks the page's function for the sealed number of a call. Loaded if `sealedNumber` is a function.
 *
 * @throws Error if the answer does not arrive in time
 */
export async function askSealedNumber(
  host: UisCallButton,
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (!host.reference) {
    const why =
      "so that a click after a failure asks for another call, as the function may stand for another row";
    report(host, "sealedNumber", `is a function, and "reference" is not set: no request is kept, ${why}.`);
  }
  const answer: unknown = await inTime(ask);
  if (answer === undefined || answer === null) report(host, "sealedNumber()", "has returned no number.");
  return taken(host, "sealedNumber()", answer, ["text"]) as string | undefined;
}
