import { z } from "zod";

export const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  /** Names of the failed checks. */
  failed: z.array(z.string()).optional(),
  /** Tenants whose account UIS refuses, since when, and with which error code. Their calls are not dialled. */
  refused: z
    .array(z.object({ tenant: z.string(), since: z.iso.datetime(), code: z.int().optional() }))
    .optional(),
  /** Active pauses; one without `tenant` applies to all tenants. During a pause, requests are kept for a person. */
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
