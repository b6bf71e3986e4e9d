import type { Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import type { CallSessionData } from "../session/session.js";

/**
 * Finds the tenant of a session, which the configuration may have lost since.
 *
 * @throws Refusal `session_required`
 */
export const sessionTenants =
  (tenants: ReadonlyMap<string, Tenant>) =>
  ({ tenant: id }: CallSessionData): Tenant => {
    const tenant = tenants.get(id);
    if (tenant === undefined)
      throw new Refusal("session_required", "the session's tenant is gone: open another");
    return tenant;
  };
