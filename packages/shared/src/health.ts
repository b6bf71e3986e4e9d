import { z } from "zod";

export const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  /** Why not, one word per check. */
  failed: z.array(z.string()).optional(),
  /** Tenants whose account UIS refuses, since when and with which code: nothing is dialled for them meanwhile. */
  refused: z
    .array(z.object({ tenant: z.string(), since: z.iso.datetime(), code: z.int().optional() }))
    .optional(),
  /** What the operator has paused, one tenant or, where none is named, all: requests are kept for people. */
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
