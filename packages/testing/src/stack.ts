import { type SimulatorOptions, UisSimulator } from "@uis-call/simulator";
import { type Backend, type BackendOptions, mountAtApi, startBackend } from "./backend.js";

export interface StackOptions extends Omit<BackendOptions, "yaml"> {
  /**
   * Returns the YAML text of the configuration. The parameters are the URL of UIS and the URL of the backend itself.
   */
  yaml: (uis: string, url: string) => string;
  simulator?: SimulatorOptions;
  /**
   * Path at which the simulator is mounted in the backend's server. Without it, the simulator has a server of its own.
   */
  simulatorPath?: string;
  /** URL of a UIS that the backend uses in place of the simulator. */
  uisUrl?: string | undefined;
}

export interface Stack extends Backend {
  uis: UisSimulator;
}

/** Starts a simulator of UIS, and a backend that sends its requests to the simulator. */
export async function startStack({
  simulator,
  simulatorPath,
  uisUrl,
  mount = mountAtApi,
  ...options
}: StackOptions): Promise<Stack> {
  const uis = new UisSimulator(simulator);
  if (simulatorPath === undefined) await uis.start({ port: 0 });
  const uisOf = (url: string): string => {
    if (uisUrl !== undefined) return uisUrl;
    return simulatorPath === undefined ? uis.url : `http://127.0.0.1:${new URL(url).port}${simulatorPath}/v1`;
  };
  const backend = await startBackend({
    ...options,
    yaml: (url) => options.yaml(uisOf(url), url),
    mount(app, bff, url) {
      if (simulatorPath !== undefined) app.use(simulatorPath, uis.router());
      mount(app, bff, url);
    },
  });
  return {
    ...backend,
    uis,
    async stop() {
      await backend.stop();
      await uis.stop();
    },
  };
}
