import type { Configuration, Message, Target } from "./configuration.js";

/** A place of the configuration that is valid, but probably not what its author wants. */
export interface Warning {
  path: PropertyKey[];
  message: string;
}

/**
 * Finds places of a valid configuration that its author should know about: values that were converted, messages
 * that are not played, and tenants whose leads reach no receiver.
 *
 * @param written the configuration as it is written in the file
 */
export function warningsOf({ tenants }: Configuration, written: unknown): Warning[] {
  const files = (written as { tenants: { origins: string[] }[] }).tenants;
  return tenants.flatMap(({ origins, notify, targets }, tenant) => [
    ...origins.flatMap((origin, index) =>
      files[tenant]?.origins[index] === origin
        ? []
        : [{ path: ["tenants", tenant, "origins", index], message: `is read as ${origin}` }],
    ),
    ...(notify === undefined ? [{ path: ["tenants", tenant, "notify"], message: NO_RECEIVER }] : []),
    ...Object.entries(targets).flatMap(([id, target]) =>
      SIDES.flatMap((side) => {
        const message = messageProblem(target, side);
        return message === undefined ? [] : [{ path: ["tenants", tenant, "targets", id, side], message }];
      }),
    ),
  ]);
}

const NO_RECEIVER =
  "there is none, so leads are kept in the database only: add notify, or read them with uis-call-bff leads";

const SIDES = ["visitorMessage", "officeMessage"] as const;

/** Side whose phone rings second. Its message would begin when the two are already connected. */
const SECOND: Partial<Record<Target["firstCall"], (typeof SIDES)[number]>> = {
  office: "visitorMessage",
  visitor: "officeMessage",
};

function messageProblem(target: Target, side: (typeof SIDES)[number]): string | undefined {
  const message = target[side];
  if (message === undefined) return undefined;
  if (textsOf(message).some(isSilent))
    return "is nothing but variables: where they are empty, it is left out; write words beside them";
  if (!target.switchAtOnce || SECOND[target.firstCall] !== side) return undefined;
  return `is not played with firstCall: ${target.firstCall} and switchAtOnce: true, which connect the two at once; with switchAtOnce: false, it is played to its end before they are connected`;
}

const textsOf = (message: Message): string[] => {
  if ("media" in message) return [];
  return typeof message.text === "string" ? [message.text] : Object.values(message.text);
};

/** Whether a text has no letter and no digit outside of its variables. */
const isSilent = (text: string): boolean => !/[\p{L}\p{N}]/u.test(text.replaceAll(/\{[^{}]*\}/g, ""));
