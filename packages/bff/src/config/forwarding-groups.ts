import { z } from "zod";
import { hint } from "./hints.js";
import { readPhoneNumber } from "./phone-number.js";

/** Which phone rings first. `any`: both phones ring at the same time (Call API v1 §4, `first_call`). */
export const FIRST_CALLS = ["office", "visitor", "any"] as const;

const inFull = hint('write it in full, with + and in quotes, e.g. "+74990000000"');

/** A number in full, however grouped; read as E.164. */
export const PhoneNumber = z
  .string(inFull)
  .refine((text) => text.startsWith("+") && readPhoneNumber(text)?.isPossible() === true, inFull)
  .overwrite((text) => readPhoneNumber(text)?.number ?? text);

export const Seconds = z.int().min(1).max(3600);

const Phone = z.strictObject({
  number: PhoneNumber,
  channels: z.int().min(1).max(1000).default(1),
  ringFor: Seconds.default(60),
});

const Group = z
  .strictObject({
    phones: z.array(Phone).min(1),
    linesStart: z.int().min(1).default(1),
    linesLimit: z.int().min(1).default(1),
    dialingIncrement: z.int().min(1).optional(),
    incrementalDialingTimeout: Seconds.optional(),
  })
  .refine((group) => group.linesStart <= group.linesLimit, {
    path: ["linesLimit"],
    message: "must be at least linesStart",
  });

/**
 * Schema of groups of office phones, which are rung in this order. The defaults are the vendor's (Call API v1
 * §4, forwarding group).
 */
export const ForwardingGroups = z.array(Group).min(1);

/** A group of office phones that UIS rings for a call. */
export type Group = z.infer<typeof Group>;

/**
 * Lists the increments that are missing. They are needed for a group with more than one line if there is no
 * queue. UIS ignores increments if there is a queue or only one line.
 */
export function missingIncrements(
  groups: Group[],
  queued: boolean,
): { path: PropertyKey[]; message: string }[] {
  if (queued) return [];
  return groups.flatMap((group, index) =>
    (["dialingIncrement", "incrementalDialingTimeout"] as const)
      .filter((field) => group.linesLimit > 1 && group[field] === undefined)
      .map((field) => ({
        path: [index, field],
        message: "is needed when linesLimit is more than 1 and there is no queue",
      })),
  );
}
