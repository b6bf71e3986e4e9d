import type { Hears, LegEnd, Message } from "./call.js";
import type { Settings } from "./settings.js";

/** Seconds a message takes: read aloud at the speed of the settings, or the length of its file. */
export function durationOf(message: Message, settings: Settings): number {
  if (message.type === "text") return message.value.length / settings.speech;
  return settings.mediaLength[message.value] ?? settings.defaultMediaLength;
}

/** The message as a leg hears it. */
export function heard(message: Message): Pick<Hears, "type" | "text" | "file"> {
  const { type, value } = message;
  return type === "text" ? { type, text: value } : { type, file: value };
}

/** How the timeline says that a phone could not be reached. */
export function endedText(name: string, ended: Extract<LegEnd, "declined" | "no-answer" | "busy">): string {
  return `${name} ${{ declined: "declined", "no-answer": "did not answer", busy: "is busy" }[ended]}`;
}
