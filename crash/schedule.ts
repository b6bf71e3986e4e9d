import { type CrashPoint, crashPoints } from "./crash-points.js";

/**
 * Share of the rounds in which the backend is killed at a random moment. The other rounds are divided evenly among the
 * named crash points.
 */
const RANDOM_SHARE = 1 / 3;

/**
 * Chooses the crash point of each round. The rounds with C7 come first: a note that a killed process was sending is
 * sent again only after a minute, and this minute passes while the other rounds run.
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
