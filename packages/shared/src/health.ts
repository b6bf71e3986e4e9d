import { z } from "zod";

export const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  /** Names of the health checks that have failed. */
  failed: z.array(z.string()).optional(),
  /**
   * Tenants whose account UIS refuses. `since` says since when, and `code` is the error code of UIS. The backend does
   * not dial the calls of these tenants.
   */
  refused: z
    .array(z.object({ tenant: z.string(), since: z.iso.datetime(), code: z.int().optional() }))
    .optional(),
  /**
   * The pauses that are active now. A pause without `tenant` applies to all tenants. During a pause, the backend keeps
   * requests for a person.
   */
  halted: z
    .array(
      z.object({
        tenant: z.string().optional(),
        since: z.iso.datetime(),
        reason: z.enum(["calls_stopped", "restored"]),
      }),
    )
    .optional(),
});

export type Health = z.infer<typeof Health>;
