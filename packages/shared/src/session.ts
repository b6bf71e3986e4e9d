import { z } from "zod";

const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);

/** JSON body of `POST /session`. */
export const SessionRequest = z.strictObject({
  tenant: Id,
  /** An identity token: a compact JWT in which the host site's backend says who the user is. */
  token: z.string().min(1).max(3072).optional(),
  /**
   * Opens a new session without a cookie: the response contains a `sessionToken`, which the client sends with each
   * request. For pages on which the browser does not send the cookie back.
   */
  bearer: z.boolean().optional(),
});

export const Target = z.object({
  id: z.string(),
  title: z.string(),
  /** Whether this target takes immediate calls now. A closed target takes only scheduled calls. */
  open: z.boolean(),
  /** The time at which a closed target opens next. Absent if it does not open within a year. */
  opensAt: z.iso.datetime().optional(),
  /**
   * The hours of the next days in which the target is open. Calls can be scheduled for any time in them. Absent if the
   * target has no opening hours.
   */
  hours: z
    .object({
      /** The office's IANA time zone. */
      timeZone: z.string(),
      /** Without the times that are quiet hours in the tenant's time zone, or in that of the user's token. */
      times: z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime() })),
      /**
       * Hours at night in the time zone of the browser, for example `21:00-08:00`. Calls cannot be scheduled for these
       * hours. Absent if only the time zone of the tenant or of the user's token counts.
       */
      quiet: z.string().optional(),
    })
    .optional(),
  /**
   * Where the telephone numbers of the office and of the visitor come from. `fixed`: the configuration. `asked`: the
   * visitor types the number. `identity`: the user's identity token. `sealed`: the host site's backend encrypts the
   * number, and the page passes it on.
   */
  office: z.enum(["fixed", "identity", "sealed"]),
  visitor: z.enum(["asked", "identity", "sealed"]),
});

/** The text to which a visitor has to agree before the BFF stores the telephone number. */
export const ConsentForm = z.object({ text: z.string() });

/** The tenant's theme: CSS values of custom properties. For example, `accent` is the value of `--uis-call-accent`. */
export const Theme = z.object({
  accent: z.string().optional(),
  "accent-text": z.string().optional(),
  radius: z.string().optional(),
  font: z.string().optional(),
});

export const SessionResponse = z.object({
  /**
   * The server's time. The element needs it because a visitor's clock may be wrong, and because pages cannot read the
   * header `Date` of another origin.
   */
  now: z.iso.datetime(),
  csrfToken: z.string(),
  /**
   * The token of a session without a cookie. Present if the page is on another site than the backend, or if the request
   * had `bearer`. The client keeps the token in memory and sends it as `Authorization: Bearer`.
   */
  sessionToken: z.string().optional(),
  tenant: z.object({
    id: z.string(),
    name: z.string(),
    locale: z.string(),
    /**
     * ISO 3166 code of the tenant's country. A telephone number without a country code gets the country code of this
     * country.
     */
    country: z.string(),
    privacyUrl: z.string().optional(),
    /** Present if the visitor has to tick a consent box before a call. */
    consent: ConsentForm.optional(),
    theme: Theme.optional(),
  }),
  user: z.object({ kind: z.enum(["visitor", "identified"]), name: z.string().optional() }),
  /** Present if each request for a call needs the solution of a challenge from `GET /proof`. */
  proof: z.literal("required").optional(),
  targets: z.array(Target),
});

export type SessionRequest = z.infer<typeof SessionRequest>;
export type SessionResponse = z.infer<typeof SessionResponse>;
export type Target = z.infer<typeof Target>;
