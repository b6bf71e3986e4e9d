import { CRASH_POINTS, crashPoints } from "./crash-points.js";
import type { Outcome } from "./outcome.js";

/** Formats the figures of all rounds: the number of kills at each crash point, and the findings. */
export function figuresOf({ findings, kills, decided, frozen }: Outcome): string {
  const { accepted, rang, lost, twice, untrue, unknown, falseUnknown, takenBack } = findings;
  const atRandom = falseUnknown.filter(({ point }) => point === "random").length;
  const lines: [string, string | number][] = [
    ["kills", kills.length],
    ...crashPoints.map((point): [string, number] => [
      `  ${point}: ${CRASH_POINTS[point]}`,
      kills.filter((kill) => kill.point === point).length,
    ]),
    ["frozen and woken", frozen],
    ["calls accepted", accepted],
    ["calls UIS carried out", rang],
    ["lost", lost.length],
    ["dialled twice", twice.length],
    ["untrue", untrue.length],
    ["unknown", `${unknown} (${share(unknown, accepted)} of the calls)`],
    [
      "  of these, UIS was never asked",
      `${falseUnknown.length} (${share(falseUnknown.length, unknown)} of the unknown)`,
    ],
    // Prints this line only for SQLite. On PostgreSQL, a call does not belong to one round and therefore has no crash
    // point.
    ...(frozen === 0 ? [["  of these after a kill at random", atRandom] as [string, number]] : []),
    ["  attempts withdrawn unused", takenBack],
    ["notes that arrived more than once", findings.notesRepeated],
    ["notes that have not arrived yet", findings.notesLeft],
    ["kill to ready, ms", spread(kills.map(({ at, readyAt }) => readyAt - at))],
    ["kill to all calls over, ms", spread(decided)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "0 %" : `${((100 * part) / whole).toFixed(1)} %`;

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string =>
    String(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return sorted.length === 0 ? "-" : `median ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`;
}
