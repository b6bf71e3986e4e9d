import { onTestFinished } from "vitest";
import { ManualClock } from "./exchange/clock.js";
import { placeCalls, post, rpc, sessionKey } from "./v1/endpoint.harness.js";
import type { ScriptEntry } from "./script-file.js";
import { Script } from "./script.js";
import { type SimulatorOptions, UisSimulator } from "./simulator.js";

/**
 * Starts a simulator and plays a script on it. The clock advances only when the test says so. `lines` collects the
 * lines that the script prints.
 */
export async function playing(entries: ScriptEntry[], settings: SimulatorOptions["settings"] = {}) {
  const clock = new ManualClock();
  const uis = new UisSimulator({ clock, settings: { answersWhen: "accepted", ...settings } });
  await uis.start({ port: 0 });
  const lines: string[] = [];
  const script = new Script(entries, uis, clock, (line) => lines.push(line));
  script.begin();
  onTestFinished(() => {
    script.stop();
    return uis.stop();
  });
  const place = async (): Promise<unknown> => rpc(uis, "place_calls", placeCalls(await sessionKey(uis)));
  return { clock, uis, lines, script, place };
}

export const authenticate = (uis: UisSimulator): Promise<Response> =>
  post(uis, '{"jsonrpc":"2.0","method":"authenticate","id":7,"params":{"login":"demo","password":"demo"}}');
