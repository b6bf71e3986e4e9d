import type { Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import type { Visit } from "../session/session.js";

/**
 * Finds the tenant of a visit, which the configuration may have lost since.
 *
 * @throws Refusal `session_required`
 */
export const visitTenants =
  (tenants: ReadonlyMap<string, Tenant>) =>
  ({ tenant: id }: Visit): Tenant => {
    const tenant = tenants.get(id);
    if (tenant === undefined)
      throw new Refusal("session_required", "the session's tenant is gone: open another");
    return tenant;
  };
