import { OpeningHoursSchema } from "@uis-call/bff";

/** Returns opening hours from 9:00 to 18:00 on every day except today. */
export function hoursWithoutToday() {
  const today = new Date().toISOString().slice(0, 10);
  const weekly = { "mon-sun": "09:00-18:00" };
  return OpeningHoursSchema.parse({ timeZone: "UTC", weekly, exceptions: { [today]: "closed" } });
}
