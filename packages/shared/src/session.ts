import { z } from "zod";

const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);

/** `POST /session` */
export const SessionRequest = z.strictObject({
  tenant: Id,
});

export const Target = z.object({
  id: z.string(),
  title: z.string(),
  /** Whether a call is dialled now. */
  open: z.boolean(),
  /** Where the two numbers come from: `fixed` by configuration, or `asked` of the visitor. */
  office: z.enum(["fixed"]),
  visitor: z.enum(["asked"]),
});

/** What the tenant asks a visitor to agree to before the number is stored. */
export const ConsentForm = z.object({ text: z.string() });

export const SessionResponse = z.object({
  csrfToken: z.string(),
  tenant: z.object({
    id: z.string(),
    name: z.string(),
    locale: z.string(),
    /** ISO 3166 region that national numbers are read in. */
    country: z.string(),
    privacyUrl: z.string().optional(),
    /** Present when the visitor has to tick a box. */
    consent: ConsentForm.optional(),
  }),
  user: z.object({ kind: z.enum(["visitor"]) }),
  targets: z.array(Target),
});

export type SessionRequest = z.infer<typeof SessionRequest>;
export type SessionResponse = z.infer<typeof SessionResponse>;
export type Target = z.infer<typeof Target>;
