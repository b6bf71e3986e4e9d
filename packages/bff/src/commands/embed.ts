import { ConfigurationError } from "../config/configuration-file.js";
import type { Configuration } from "../config/configuration.js";
import { integrityOf, readEmbedBundle } from "../routes/widget.js";

export interface EmbedWish {
  tenant: string | undefined;
  target: string | undefined;
  /** Base URL of the backend's routes, without a slash at the end. */
  endpoint: string;
}

/**
 * Returns the HTML to paste into a page: a script tag for this version's script, and the button. The tag
 * contains a hash by which the browser checks the script (Subresource Integrity, W3C), so the HTML works only
 * until the backend is updated. The address `widget.js`, without a hash, always serves the current version.
 *
 * @throws ConfigurationError when the configuration has no such tenant or target
 */
export function embedLines({ tenant, target, endpoint }: EmbedWish, { tenants }: Configuration): string {
  const ids = tenants.map(({ id }) => id);
  const found = tenants.find(({ id }) => id === (tenant ?? ids[0]));
  if (found === undefined) throw new ConfigurationError([`--tenant: name one of ${ids.join(", ")}`]);
  const targets = Object.keys(found.targets);
  const wished = target ?? targets[0] ?? "";
  if (!targets.includes(wished))
    throw new ConfigurationError([`--target: name one of ${targets.join(", ")}`]);
  const { script, integrity } = integrityOf(readEmbedBundle());
  return `<script type="module" src="${endpoint}/${script}" integrity="${integrity[script] ?? ""}" crossorigin="anonymous"></script>
<uis-call-button tenant="${found.id}" target="${wished}">
  <!-- <a href="tel:…"> with a number people can call themselves -->
</uis-call-button>`;
}
