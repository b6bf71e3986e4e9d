import { z } from "zod";

const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);

/** `POST /session` */
export const SessionRequest = z.strictObject({
  tenant: Id,
  /** An identity token of the host's backend (a compact JWT): who the user is. */
  token: z.string().min(1).max(3072).optional(),
});

export const Target = z.object({
  id: z.string(),
  title: z.string(),
  /** Whether a call is dialled now. */
  open: z.boolean(),
  /** When it opens next, if it is closed and does within a year. */
  opensAt: z.iso.datetime().optional(),
  /** When it is open in the next days, for a target that has hours: one can choose any time in these as `at`. */
  hours: z
    .object({
      /** The office's, IANA. */
      timeZone: z.string(),
      times: z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime() })),
      /** Times of the visitor's day that cannot be chosen, e.g. `21:00-08:00`. */
      quiet: z.string().optional(),
    })
    .optional(),
  /**
   * Where the two numbers come from: `fixed` by configuration, `asked` of the visitor, the user's `identity`, or
   * `sealed` by the host's backend.
   */
  office: z.enum(["fixed", "identity", "sealed"]),
  visitor: z.enum(["asked", "identity", "sealed"]),
});

/** What the tenant asks a visitor to agree to before the number is stored. */
export const ConsentForm = z.object({ text: z.string() });

/** How the tenant wants the element to look: values of CSS, by the custom property they stand in for (`--uis-call-accent`). */
export const Theme = z.object({
  accent: z.string().optional(),
  "accent-text": z.string().optional(),
  radius: z.string().optional(),
  font: z.string().optional(),
});

export const SessionResponse = z.object({
  csrfToken: z.string(),
  /** Only to a page of another site than ours, which has no cookie: sent as `Authorization: Bearer`, kept in memory. */
  sessionToken: z.string().optional(),
  tenant: z.object({
    id: z.string(),
    name: z.string(),
    locale: z.string(),
    /** ISO 3166 region that national numbers are read in. */
    country: z.string(),
    privacyUrl: z.string().optional(),
    /** Present when the visitor has to tick a box. */
    consent: ConsentForm.optional(),
    theme: Theme.optional(),
  }),
  user: z.object({ kind: z.enum(["visitor", "identified"]), name: z.string().optional() }),
  /** Each call has to bring a solved challenge of `GET /proof`. */
  proof: z.literal("required").optional(),
  targets: z.array(Target),
});

export type SessionRequest = z.infer<typeof SessionRequest>;
export type SessionResponse = z.infer<typeof SessionResponse>;
export type Target = z.infer<typeof Target>;
