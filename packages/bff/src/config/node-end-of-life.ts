/** End of life of each release line of Node (https://nodejs.org/en/about/previous-releases). */
const END_OF_LIFE: Record<string, string> = { 20: "2026-04-30", 22: "2027-04-30", 24: "2028-04-30" };

/**
 * Returns the end-of-life date of a Node version if the date has passed. Returns undefined while the version is
 * supported.
 *
 * @param version such as `20.19.0`
 * @returns an ISO date, or `its release` for a version with an odd major number, because such versions never
 *   have long-term support
 */
export function endOfLifePassed(version: string, now: Date): string | undefined {
  const major = version.split(".")[0] ?? "";
  if (Number(major) % 2 === 1) return "its release";
  const last = END_OF_LIFE[major];
  return last !== undefined && now > new Date(`${last}T23:59:59Z`) ? last : undefined;
}
