import { z } from "zod";

const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);

/** Body of `POST /session`. */
export const SessionRequest = z.strictObject({
  tenant: Id,
  /** An identity token (a compact JWT) in which the host's backend says who the user is. */
  token: z.string().min(1).max(3072).optional(),
  /** Opens a new session that travels by `sessionToken`, for a page whose cookie does not come back. */
  bearer: z.boolean().optional(),
});

export const Target = z.object({
  id: z.string(),
  title: z.string(),
  /** Whether the target takes immediate calls now. */
  open: z.boolean(),
  /** The next opening time of a closed target, if it opens within a year. */
  opensAt: z.iso.datetime().optional(),
  /** Opening times of the next days, if the target has opening hours. Calls can be scheduled for any time in them. */
  hours: z
    .object({
      /** The office's IANA time zone. */
      timeZone: z.string(),
      /** Without the times that are quiet hours in the tenant's time zone, or in that of the user's token. */
      times: z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime() })),
      /** Quiet hours, if they apply in the browser's time zone, too, e.g. `21:00-08:00`. */
      quiet: z.string().optional(),
    })
    .optional(),
  /**
   * Where the numbers of the office and the visitor come from: `fixed` in the configuration, `asked` of the visitor,
   * from the user's `identity` token, or `sealed` by the host's backend.
   */
  office: z.enum(["fixed", "identity", "sealed"]),
  visitor: z.enum(["asked", "identity", "sealed"]),
});

/** The text a visitor has to agree to before the number is stored. */
export const ConsentForm = z.object({ text: z.string() });

/** The tenant's theme: CSS values by the name of their custom property (`accent` for `--uis-call-accent`). */
export const Theme = z.object({
  accent: z.string().optional(),
  "accent-text": z.string().optional(),
  radius: z.string().optional(),
  font: z.string().optional(),
});

export const SessionResponse = z.object({
  /** The server's time: pages cannot read the `Date` header of another origin, and a visitor's clock may be wrong. */
  now: z.iso.datetime(),
  csrfToken: z.string(),
  /**
   * For pages without a cookie: on another site, or asked for by `bearer`. To be kept in memory and sent as
   * `Authorization: Bearer`.
   */
  sessionToken: z.string().optional(),
  tenant: z.object({
    id: z.string(),
    name: z.string(),
    locale: z.string(),
    /** ISO 3166 code of a country. Numbers without a country code are read as numbers of this country. */
    country: z.string(),
    privacyUrl: z.string().optional(),
    /** Present if the visitor has to tick a consent box. */
    consent: ConsentForm.optional(),
    theme: Theme.optional(),
  }),
  user: z.object({ kind: z.enum(["visitor", "identified"]), name: z.string().optional() }),
  /** Present if each call needs a solved challenge of `GET /proof`. */
  proof: z.literal("required").optional(),
  targets: z.array(Target),
});

export type SessionRequest = z.infer<typeof SessionRequest>;
export type SessionResponse = z.infer<typeof SessionResponse>;
export type Target = z.infer<typeof Target>;
