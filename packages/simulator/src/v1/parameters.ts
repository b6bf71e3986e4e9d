import { z } from "zod";
import { RpcError } from "./json-rpc.js";

const phoneNumber = z.string().regex(/^\d{7,15}$/, "expected 7 to 15 digits, without +");
const count = z.int().positive();

const message = z.strictObject({ type: z.enum(["media", "text"]), value: z.string() });

const phone = z.strictObject({
  numb: phoneNumber,
  channels_count: count.default(1),
  timeout: count.default(60),
});

const group = z.strictObject({
  phones: z.array(phone).min(1),
  lines_start: count.default(1),
  lines_limit: count.default(1),
  dialing_increment: count.optional(),
  incremental_dialing_timeout: count.optional(),
});

/** Schema of the `params` of `authenticate` (Call API v1 §3). */
export const authenticateParams = z.strictObject({ login: z.string(), password: z.string() });

/** Schema of the `params` of `place_calls`, with the defaults that the document gives (Call API v1 §4). */
export const placeCallsParams = z
  .strictObject({
    session_key: z.string(),
    first_call: z.enum(["numc", "numa", "any"]),
    switch_at_once: z.boolean(),
    media_file: z.string().default("Музыка переадресации"),
    is_queue: z.boolean().default(false),
    queue_timeout: count.optional(),
    use_numb_as_numa: z.boolean().optional(),
    /** Another name of `use_numb_as_numa`. One of the samples in the vendor's document uses it (Call API v1 §6). */
    is_use_numb_as_numa: z.boolean().optional(),
    numa: phoneNumber,
    numa_message: message.optional(),
    numb: phoneNumber,
    numc: z.union([phoneNumber, z.array(group).min(1)]),
    numc_message: message.optional(),
  })
  .superRefine((params, context) => {
    const missing = (path: (string | number)[], reason: string): void =>
      context.addIssue({ code: "custom", path, message: `required ${reason}` });
    if (params.is_queue) {
      if (params.queue_timeout === undefined) missing(["queue_timeout"], "with is_queue");
      return;
    }
    if (typeof params.numc === "string") return;
    for (const [index, { lines_start, lines_limit, ...fanOut }] of params.numc.entries()) {
      if (lines_limit <= lines_start) continue;
      for (const name of ["dialing_increment", "incremental_dialing_timeout"] as const) {
        if (fanOut[name] === undefined) missing(["numc", index, name], "for a fan-out");
      }
    }
  });

export type PlaceCallsParams = z.infer<typeof placeCallsParams>;

/**
 * Checks the parameters of a method. @throws {RpcError} -32602; its `data` names each wrong parameter, for example
 * `numc[0].phones[1].numb: …`
 */
export function checkParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const checked = schema.safeParse(params);
  if (checked.success) return checked.data;
  throw new RpcError("paramsInvalid", checked.error.issues.flatMap((issue) => describe(issue)).join("; "));
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, parent: PropertyKey[] = []): string[] {
  const path = [...parent, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${pathText([...path, key])}: unknown parameter`);
  }
  if (issue.code === "invalid_union") {
    // The parameter may be a string or an array. Reports the errors for the type that was given, because that one was
    // meant.
    const meant = issue.errors.find((issues) => issues.every((inner) => !isWrongKind(inner)));
    if (meant) return meant.flatMap((inner) => describe(inner, path));
    return [`${pathText(path)}: required, a string or an array of groups`];
  }
  return [`${pathText(path)}: ${issue.message}`];
}

const isWrongKind = (issue: Issue): boolean => issue.code === "invalid_type" && issue.path.length === 0;

function pathText(path: PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text ? `${text}.${String(step)}` : String(step);
  }, "");
}
