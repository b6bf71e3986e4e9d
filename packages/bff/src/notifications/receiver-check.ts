import type { Configuration } from "../config/configuration.js";
import { webhookUrlProblem } from "./webhook.js";

/**
 * Lists problems of the tenants' webhook URLs, each with a hint.
 *
 * @param privateHosts see {@link webhookUrlProblem}
 */
export function receiverProblems({ tenants }: Configuration, privateHosts: readonly string[]): string[] {
  return tenants.flatMap(({ id, notify }) => {
    const problem = notify && webhookUrlProblem(notify.url, privateHosts);
    return problem === undefined ? [] : [`tenant ${id}, notify.url: ${problem}`];
  });
}
