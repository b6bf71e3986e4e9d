import { z } from "zod";

export const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  /** Names of the failed checks. */
  failed: z.array(z.string()).optional(),
  /** Tenants whose account UIS refuses, since when and with which code. Nothing is dialled for them. */
  refused: z
    .array(z.object({ tenant: z.string(), since: z.iso.datetime(), code: z.int().optional() }))
    .optional(),
  /** Active pauses, of one tenant or, without `tenant`, of all. Requests are kept for people. */
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
