import type { CountryCode } from "libphonenumber-js/max";
import { z } from "zod";
import {
  FIRST_CALLS,
  ForwardingGroups,
  missingIncrements,
  PhoneNumber,
  Seconds,
} from "./forwarding-groups.js";
import { LimitsSchema } from "./limits.js";
import { isLoopback } from "./loopback.js";
import type { NumberRules } from "./number-rules.js";
import { PageOrigin } from "./page-origin.js";
import { isTimeZone, type OpeningHours, OpeningHoursSchema } from "./opening-hours.js";
import { QuietHoursSchema } from "./quiet-hours.js";
import { hint } from "./hints.js";
import { readPhoneNumber } from "./phone-number.js";
import { Secret } from "./secret.js";
import { ThemeSchema } from "./theme.js";
import { identitySchema, sealingSchema } from "./token-keys.js";
import { HOW_TO_MAKE_A_WEBHOOK_SECRET, isWebhookSecret } from "./webhook-secret.js";

const Language = z.string().regex(/^[a-z]{2}$/, "use a two-letter language, e.g. ru");

/** A single text, or one text per language: `"Sales"` or `{ en: Sales, ru: Отдел продаж }`. */
const Text = z.union(
  [z.string().min(1), z.record(Language, z.string().min(1))],
  hint("write a text in quotes, or one per language, e.g. { en: Sales, ru: Отдел продаж }"),
);

const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "use lower-case letters, digits, - and _, at most 64 of them");

const prefix = hint('write a prefix with + and in quotes, e.g. "+7"');
const Prefix = z.string(prefix).regex(/^\+\d{1,14}$/, prefix);

const UisUrl = z
  .url(hint("write the address of the Call API, e.g. https://callapi.example/v1"))
  .refine((text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  }, "use https://: the password and the session key travel in the request")
  .refine(
    (text) => new URL(text).pathname.endsWith("/v1"),
    "the version is part of the path: end it with /v1",
  );

const Message = z.union(
  [z.strictObject({ text: Text }), z.strictObject({ media: z.string().min(1) })],
  hint("write { text: … } or { media: … }"),
);

const VariableName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/, "use letters, digits and _");

/** In no call, in repeated calls (calls/opt-out-notices.ts), or in every call. */
const OptOut = z.enum(["never", "repeated", "always"], hint("write never, repeated or always"));

const Target = z
  .strictObject({
    title: Text,
    office: z.union(
      [z.literal("identity"), z.literal("sealed"), PhoneNumber, ForwardingGroups],
      hint(
        'write a number in quotes, e.g. "+74990000000", a list of groups, e.g. [{ phones: [{ number: … }] }], identity or sealed',
      ),
    ),
    visitor: z.enum(["asked", "identity", "sealed"]).default("asked"),
    firstCall: z.enum(FIRST_CALLS).default("office"),
    switchAtOnce: z.boolean().default(true),
    visitorMessage: Message.optional(),
    officeMessage: Message.optional(),
    holdMusic: z.string().min(1).optional(),
    queue: z.strictObject({ timeout: Seconds }).optional(),
    /** Times at which calls are made. Default: the tenant's hours. */
    hours: z
      .union([z.literal("always"), OpeningHoursSchema], hint("write always, or { timeZone: …, weekly: … }"))
      .optional(),
    /** Whether the office phone displays the service number (the vendor's default) or the visitor's number. */
    officeSeesServiceNumber: z.boolean().default(true),
    /** In which calls the person called is told how to opt out. Default: the tenant's setting. */
    optOut: OptOut.optional(),
    /** Names of the variables that a page may fill into this target's messages. */
    variables: z.array(VariableName).max(16).default([]),
  })
  .superRefine((target, context) => {
    if (target.visitor === officeSource(target)) {
      const message = `is the same number as office: take ${target.visitor} for one of the two`;
      context.addIssue({ code: "custom", path: ["visitor"], message });
    }
    for (const which of ["visitorMessage", "officeMessage"] as const) {
      for (const name of variablesIn(target[which])) {
        if (target.variables.includes(name)) continue;
        context.addIssue({
          code: "custom",
          path: [which],
          message: `uses {${name}}: add ${name} to the target's variables, or take it out`,
        });
      }
    }
    if (typeof target.office === "string") return;
    for (const problem of missingIncrements(target.office, target.queue !== undefined)) {
      context.addIssue({ code: "custom", ...problem, path: ["office", ...problem.path] });
    }
  });

/**
 * Schema of a reference to a secret. Parsing reads the value of the secret from the environment or from the
 * file.
 */
const secretReference = (environment: SecretSource) =>
  z
    .union(
      [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
      hint("write a reference, { env: NAME } or { file: path }, never the secret itself"),
    )
    .transform((reference, context) => {
      const value =
        "env" in reference ? environment.variable(reference.env) : environment.file(reference.file);
      if (value !== undefined && value !== "") return new Secret(value);
      const where = "env" in reference ? `environment variable ${reference.env}` : `file ${reference.file}`;
      context.addIssue({ code: "custom", message: `${where} is not set or empty` });
      return z.NEVER;
    });

/** Looks up the values of secret references. Returns undefined if there is no value. */
export interface SecretSource {
  variable(name: string): string | undefined;
  file(path: string): string | undefined;
}

/**
 * When visitors without identity must send a proof of work: never, with each call request, or during an attack
 * on the tenant.
 */
const PROOF_POLICIES = ["never", "anonymous", "attack"] as const;

const howManyDays = hint("write a number of days from 1 to 3650, e.g. 30");
const RetentionDays = z.int(howManyDays).min(1, howManyDays).max(3650, howManyDays);

const aTarget = hint("name at least one, e.g. { sales: { title: Sales, office: … } }");

const tenantSchema = (secrets: SecretSource) =>
  z
    .strictObject({
      id: Id,
      name: Text,
      /** Language that is used for a text that does not exist in the visitor's language. */
      locale: Language.default("ru"),
      origins: z.array(PageOrigin).min(1),
      serviceNumber: PhoneNumber,
      uis: z.strictObject({
        api: z.literal("v1").default("v1"),
        url: UisUrl,
        login: z.string().min(1),
        password: secretReference(secrets),
      }),
      numbers: z
        .strictObject({ allow: z.array(Prefix).min(1).optional(), deny: z.array(Prefix).default([]) })
        .default({ deny: [] }),
      privacyUrl: z
        .url({ protocol: /^https?$/, error: "write an address, e.g. https://acme.example/privacy" })
        .optional(),
      consent: z.strictObject({ text: Text }).optional(),
      /** Receiver of signed webhook events. With `phone`, events contain the visitor's telephone number. */
      notify: z
        .strictObject({
          url: z.url(hint("write a whole address, https://…")),
          secret: secretReference(secrets).refine(
            (secret) => isWebhookSecret(secret.reveal()),
            `what it refers to is not a secret of Standard Webhooks: ${HOW_TO_MAKE_A_WEBHOOK_SECRET}`,
          ),
          phone: z.boolean().default(false),
        })
        .optional(),
      identity: identitySchema(secretReference(secrets)).optional(),
      sealing: sealingSchema(secretReference(secrets)).optional(),
      /** In which calls the person called is told how to opt out. */
      optOut: OptOut.default("repeated"),
      /** Number of days from the end of a call until its personal data is erased. */
      retention: z.strictObject({ days: RetentionDays.default(30) }).default({ days: 30 }),
      /** Limits against abuse. `none` is meant for closed networks and benchmarks. */
      limits: LimitsSchema,
      /**
       * When visitors without identity must send a proof of work with a call request; see
       * docs/proof-of-work.md.
       */
      proof: z.enum(PROOF_POLICIES).default("attack"),
      /** Look of the element on pages that do not set one themselves; see docs/theming.md. */
      theme: ThemeSchema.optional(),
      /** Times at which calls are made; see docs/hours.md. Default: at any time. */
      hours: OpeningHoursSchema.optional(),
      /** Hours, in the visitor's time zone, for which no call can be scheduled. */
      quietHours: QuietHoursSchema,
      /** Time zone of quiet hours where no other is known. Default: that of `hours`, else Moscow's. */
      timeZone: z.string().refine(isTimeZone, "write an IANA time zone, e.g. Europe/Moscow").optional(),
      targets: z.record(Id, Target, aTarget).refine((targets) => Object.keys(targets).length > 0, aTarget),
    })
    .superRefine(requireKeys)
    .superRefine(requireOptOut)
    .transform((tenant) => {
      const service = readPhoneNumber(tenant.serviceNumber);
      const allow = tenant.numbers.allow ?? [`+${service?.countryCallingCode ?? ""}`];
      const country: CountryCode = service?.country ?? "RU";
      const onlyCountry = tenant.numbers.allow === undefined ? country : undefined;
      return { ...tenant, country, numbers: { ...tenant.numbers, allow, onlyCountry } };
    });

interface Keys {
  targets: Record<string, Target>;
  identity?: unknown;
  sealing?: unknown;
}

/** Requires a key for each target that takes a number from a token. The key verifies or decrypts the token. */
function requireKeys({ targets, identity, sealing }: Keys, context: z.RefinementCtx): void {
  for (const [id, target] of Object.entries(targets)) {
    for (const side of ["office", "visitor"] as const) {
      const source = target[side];
      const missing =
        (source === "identity" && identity === undefined && "identity: { secret: { env: NAME } }") ||
        (source === "sealed" && sealing === undefined && "sealing: { key: { env: NAME } }");
      if (missing === false) continue;
      const message = `needs a key to check it with: add ${missing} to the tenant`;
      context.addIssue({ code: "custom", path: ["targets", id, side], message });
    }
  }
}

/** Requires that strangers can cause no call in which the person called is never told how to opt out. */
function requireOptOut(
  {
    targets,
    optOut,
    identity,
  }: Keys & { optOut: z.infer<typeof OptOut>; identity?: { required: boolean } | undefined },
  context: z.RefinementCtx,
): void {
  if (identity?.required === true) return;
  for (const [id, target] of Object.entries(targets)) {
    if ((target.optOut ?? optOut) !== "never" || [target.office, target.visitor].includes("identity"))
      continue;
    const message = "never is only possible where every user is identified: add identity: { required: true }";
    const path = target.optOut === undefined ? ["optOut"] : ["targets", id, "optOut"];
    context.addIssue({ code: "custom", path, message });
    if (target.optOut === undefined) return;
  }
}

/** Schema of the configuration file. Parsing looks up secrets in `secrets`. */
export const configurationSchema = (secrets: SecretSource) =>
  z.strictObject({
    tenants: z
      .array(tenantSchema(secrets), hint("list at least one tenant, e.g. [{ id: acme, … }]"))
      .min(1)
      .superRefine((tenants, context) => {
        const seen = new Set<string>();
        tenants.forEach(({ id }, index) => {
          if (seen.has(id))
            context.addIssue({ code: "custom", path: [index, "id"], message: `${id} is taken` });
          seen.add(id);
        });
      })
      .transform(withNumbersNotCalled),
  });

/** Adds to each tenant the numbers that no visitor of it can have. */
function withNumbersNotCalled<T extends Dialling>(tenants: T[]) {
  const services = tenants.map(({ serviceNumber }) => serviceNumber);
  return tenants.map((tenant) => {
    const notVisitors: ReadonlySet<string> = new Set([
      ...services,
      ...Object.values(tenant.targets).flatMap(fixedOffices),
    ]);
    return { ...tenant, numbers: { ...tenant.numbers, notVisitors } };
  });
}

interface Dialling {
  serviceNumber: string;
  numbers: NumberRules;
  targets: Record<string, Target>;
}

/** Returns the office numbers that the configuration of a target contains. */
function fixedOffices({ office }: Target): string[] {
  if (typeof office !== "string") return office.flatMap(({ phones }) => phones.map(({ number }) => number));
  return office === "identity" || office === "sealed" ? [] : [office];
}

/** Returns the names of the `{variables}` in the texts of a message. */
export function variablesIn(message: Message | undefined): Set<string> {
  if (message === undefined || "media" in message) return new Set();
  const texts = typeof message.text === "string" ? [message.text] : Object.values(message.text);
  return new Set(texts.flatMap((text) => [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "")));
}

/** Returns the source of a target's office number. */
export const officeSource = ({ office }: Target): "fixed" | "identity" | "sealed" =>
  office === "identity" || office === "sealed" ? office : "fixed";

/**
 * Returns the opening hours of a target: its own or, if it has none, those of its tenant. Undefined means open
 * at any time.
 */
export function hoursOf({ hours }: Tenant, target: Target): OpeningHours | undefined {
  return target.hours === "always" ? undefined : (target.hours ?? hours);
}

/** Returns the time zone of a tenant in which quiet hours are judged. */
export const timeZoneOf = (tenant: Tenant, target: Target): string =>
  tenant.timeZone ?? hoursOf(tenant, target)?.timeZone ?? tenant.hours?.timeZone ?? "Europe/Moscow";

/** Returns in which calls of a target the person called is told how to opt out. */
export const optOutOf = (tenant: Tenant, target: string): z.infer<typeof OptOut> =>
  (Object.hasOwn(tenant.targets, target) ? tenant.targets[target]?.optOut : undefined) ?? tenant.optOut;

/** Returns the text in the first of `locales` for which there is one. */
export function localized(text: Text, ...locales: string[]): string {
  if (typeof text === "string") return text;
  for (const locale of locales) {
    const found = text[locale.slice(0, 2).toLowerCase()];
    if (found !== undefined) return found;
  }
  return Object.values(text)[0] ?? "";
}

export type Text = z.infer<typeof Text>;
/** A text that is spoken, or the name of a recording at UIS. */
export type Message = z.infer<typeof Message>;
/** A target of a tenant: the phones that its calls connect, its opening hours and its messages. */
export type Target = z.infer<typeof Target>;
/** Configuration after parsing: it contains the defaults and the values of secrets. */
export type Configuration = z.infer<ReturnType<typeof configurationSchema>>;
/** A tenant of the configuration. */
export type Tenant = Configuration["tenants"][number];
