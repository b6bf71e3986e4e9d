import { z } from "zod";

export const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  /** Why not, one word per check. */
  failed: z.array(z.string()).optional(),
});

export type Health = z.infer<typeof Health>;
