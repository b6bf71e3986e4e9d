import { type CrashPoint, crashPoints } from "./crash-points.js";

/** A third of the rounds end at any moment, the others at the named points, equally often. */
const RANDOM_SHARE = 1 / 3;

/**
 * Which round ends where. Those of C7 come first: a note taken by a process that dies is free for the next after a
 * minute, which goes by while the others run.
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
