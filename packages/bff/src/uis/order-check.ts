import { z } from "zod";
import { FIRST_CALLS, ForwardingGroups, missingIncrements, Seconds } from "../config/forwarding-groups.js";
import type { CallOrder } from "./uis-client.js";

const PhoneNumber = z.string().regex(/^\+?\d{7,15}$/, "expected a number in international format");

const Message = z.union([
  z.strictObject({ text: z.string().min(1) }),
  z.strictObject({ media: z.string().min(1) }),
]);

/** Rules of Call API v1 §4, both for single parameters and for combinations of parameters. */
const Order = z
  .strictObject({
    attempt: z.int(),
    visitor: PhoneNumber,
    office: z.union([PhoneNumber, ForwardingGroups]),
    serviceNumber: PhoneNumber,
    firstCall: z.enum(FIRST_CALLS),
    switchAtOnce: z.boolean(),
    visitorMessage: Message.optional(),
    officeMessage: Message.optional(),
    holdMusic: z.string().min(1).optional(),
    queueTimeout: Seconds.optional(),
    officeSeesServiceNumber: z.boolean(),
  })
  .superRefine(({ office, queueTimeout }, context) => {
    if (typeof office === "string") return;
    for (const problem of missingIncrements(office, queueTimeout !== undefined)) {
      context.addIssue({ code: "custom", ...problem, path: ["office", ...problem.path] });
    }
  });

/**
 * Checks an order before anything is sent.
 *
 * @returns path and broken rule of the first problem, without the value; undefined for a valid order
 */
export function problemWith(order: CallOrder): string | undefined {
  const checked = Order.safeParse(order);
  if (checked.success) return undefined;
  const [issue] = checked.error.issues;
  return `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit"}`;
}
