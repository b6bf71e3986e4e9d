import { ConfigurationError, readConfiguration } from "../config/configuration-file.js";
import type { Configuration } from "../config/configuration.js";
import type { Settings } from "../config/settings.js";
import { receiverProblems } from "../notifications/receiver-check.js";

/** A configuration and settings with which the backend starts. */
export interface Checked {
  configuration: Configuration;
  settings: Settings;
  /** Lines about places that are valid, but probably not what their author wants. */
  warnings: string[];
}

type Environment = Record<string, string | undefined>;

/**
 * Reads the configuration and the settings. `start` and `check` share this function, so that what `check` accepts
 * is what `start` accepts.
 *
 * @param read reads the settings
 * @throws ConfigurationError with the problems of both
 */
export function readAll(
  file: string,
  environment: Environment,
  read: (from: Environment) => Settings,
): Checked {
  const problems: string[] = [];
  const warnings: string[] = [];
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const configuration = attempt(() => readConfiguration(file, environment, (line) => warnings.push(line)));
  const settings = attempt(() => read(environment));
  if (configuration !== undefined && settings !== undefined)
    problems.push(...receiverProblems(configuration, settings.webhookPrivateHosts));
  if (configuration === undefined || settings === undefined || problems.length > 0)
    throw new ConfigurationError(problems);
  return { configuration, settings, warnings };
}
