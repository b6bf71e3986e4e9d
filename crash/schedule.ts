import { type CrashPoint, crashPoints } from "./crash-points.js";

/** Share of the rounds with a kill at a random moment. The other rounds are divided evenly among the named points. */
const RANDOM_SHARE = 1 / 3;

/**
 * Lists the crash point of each round. The rounds of C7 come first: a note that a killed process has claimed can be
 * sent again only after a minute, which passes while the other rounds run.
 */
export function schedule(rounds: number, random: () => number): CrashPoint[] {
  const named = crashPoints.filter((point) => point !== "random");
  const each = Math.floor((rounds * (1 - RANDOM_SHARE)) / named.length);
  const others = named
    .filter((point) => point !== "C7")
    .flatMap((point) => Array<CrashPoint>(each).fill(point));
  const rest = rounds - each * named.length;
  const mixed = [...others, ...Array<CrashPoint>(rest).fill("random")]
    .map((point) => ({ point, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ point }) => point);
  return [...Array<CrashPoint>(each).fill("C7"), ...mixed];
}
