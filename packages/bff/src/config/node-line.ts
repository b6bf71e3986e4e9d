/** When a line of Node gets its last security fix (https://nodejs.org/en/about/previous-releases). */
const LAST_FIX: Record<string, string> = { 20: "2026-04-30", 22: "2027-04-30", 24: "2028-04-30" };

/**
 * The day since when a version of Node gets no more fixes.
 *
 * @param version such as `20.19.0`
 * @returns nothing while it is supported. Odd lines live for half a year and are for trying out: they never are.
 */
export function unsupportedSince(version: string, now: Date): string | undefined {
  const major = version.split(".")[0] ?? "";
  if (Number(major) % 2 === 1) return "its release";
  const last = LAST_FIX[major];
  return last !== undefined && now > new Date(`${last}T23:59:59Z`) ? last : undefined;
}
