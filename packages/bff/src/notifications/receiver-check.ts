import type { Configuration } from "../config/configuration.js";
import { normalHost } from "./address-guard.js";
import { webhookUrlProblem } from "./webhook.js";

/**
 * Lists problems of the tenants' webhook URLs and of WEBHOOK_PRIVATE_HOSTS, each with a hint.
 *
 * @param privateHosts see {@link webhookUrlProblem}
 */
export function receiverProblems({ tenants }: Configuration, privateHosts: readonly string[]): string[] {
  const unreadable = privateHosts.filter((host) => normalHost(host) === undefined);
  const listed = unreadable.map(
    (host) =>
      `WEBHOOK_PRIVATE_HOSTS: ${JSON.stringify(host)} is no host: write names or addresses, without scheme and port`,
  );
  const receivers = tenants.flatMap(({ id, notify }) => {
    const problem = notify && webhookUrlProblem(notify.url, privateHosts);
    return problem === undefined ? [] : [`tenant ${id}, notify.url: ${problem}`];
  });
  return [...listed, ...receivers];
}
