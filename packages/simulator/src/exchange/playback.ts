import type { Hears, LegEnd, Message } from "./call.js";
import type { Settings } from "./settings.js";

/** Seconds a message takes: text by the speed of speech, a file by its length in the settings. */
export function durationOf(message: Message, settings: Settings): number {
  if (message.type === "text") return message.value.length / settings.speech;
  return settings.mediaLength[message.value] ?? settings.defaultMediaLength;
}

/** Members of {@link Hears} for a message. */
export function heard(message: Message): Pick<Hears, "type" | "text" | "file"> {
  const { type, value } = message;
  return type === "text" ? { type, text: value } : { type, file: value };
}

/** Text of the timeline for a phone that was not reached. */
export function endedText(name: string, ended: Extract<LegEnd, "declined" | "no-answer" | "busy">): string {
  return `${name} ${{ declined: "declined", "no-answer": "did not answer", busy: "is busy" }[ended]}`;
}
