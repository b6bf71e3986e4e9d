import type { Hears, LegEnd, Message } from "./call.js";
import type { Settings } from "./settings.js";

/**
 * Returns how many seconds it takes to play a message. The settings contain the speed of speech and the lengths of
 * media files.
 */
export function durationOf(message: Message, settings: Settings): number {
  if (message.type === "text") return message.value.length / settings.speech;
  return settings.mediaLength[message.value] ?? settings.defaultMediaLength;
}

/** Returns the properties of {@link Hears} that describe a message. */
export function heard(message: Message): Pick<Hears, "type" | "text" | "file"> {
  const { type, value } = message;
  return type === "text" ? { type, text: value } : { type, file: value };
}

/** Returns the text of the timeline that says why a phone was not reached. */
export function endedText(name: string, ended: Extract<LegEnd, "declined" | "no-answer" | "busy">): string {
  return `${name} ${{ declined: "declined", "no-answer": "did not answer", busy: "is busy" }[ended]}`;
}
