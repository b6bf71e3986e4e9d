import { inTime } from "../in-time.js";
import { report, taken } from "../property-types.js";
import type { UisCallButton } from "../uis-call-button.js";

/** Elements that a warning has already been logged for. */
const told = new WeakSet<UisCallButton>();

/**
 * Asks the page's function for the sealed number of a call. Loaded if `sealedNumber` is a function.
 *
 * @throws Error if the answer does not arrive in time
 */
export async function askSealedNumber(
  host: UisCallButton,
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (!host.reference && !told.has(host)) {
    told.add(host);
    console.warn(
      `<uis-call-button>: "sealedNumber" is a function, and "reference" is not set. No request is kept, because the ` +
        `function may stand for another row: a click after a failure asks for another call.`,
    );
  }
  const answer: unknown = await inTime(ask);
  if (answer === null) report(host, "sealedNumber()", "has returned no number.");
  return taken(host, "sealedNumber()", answer, ["text"]) as string | undefined;
}
