import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./backend.js";
import { together } from "./checker.js";
import type { CrashPoint } from "./crash-points.js";
import type { Outcome, RoundsOptions } from "./outcome.js";
import { schedule } from "./schedule.js";
import { Site } from "./site.js";

/** Databases side by side, each with one backend: while one waits, others use the processor. */
const SITES = 4;

const CALLS = 6;
/** Milliseconds over which the calls of a round, and a random kill, are spread. */
const LOAD_FOR = 250;

/** Milliseconds after the last acceptance until a point counts as missed; then, until all calls have to be over. */
const REACHED_WITHIN = 4000;
const OVER_WITHIN = 60_000;
/** Longer than the minute after which a note is delivered again. */
const DELIVERED_WITHIN = 75_000;

/** Milliseconds until a call for later: one longer than a restart, and one that falls due during it. */
const LATER = 2500;
const SOON = 150;

/** Kills backends on SQLite: several databases side by side, on each one round after the other. */
export async function sqliteRounds(options: RoundsOptions): Promise<Outcome> {
  const { rounds, random, signal, progress } = options;
  const folder = mkdtempSync(join(tmpdir(), "uis-call-crash-"));
  const points = schedule(rounds, random);
  let done = 0;
  const work = async (n: number) => {
    const databaseUrl = `sqlite:${join(folder, String(n), "calls.db")}`;
    const site = await Site.open({ databaseUrl, backends: 1, random });
    try {
      for (let point = points.shift(); point !== undefined; point = points.shift()) {
        if (signal?.aborted === true) break;
        await round(site, point, random);
        progress?.(++done);
      }
      await site.delivered(DELIVERED_WITHIN);
      return { findings: await site.findings(), kills: site.kills };
    } finally {
      await site.close();
    }
  };
  try {
    const results = await Promise.all(Array.from({ length: Math.min(SITES, rounds) }, (_, n) => work(n)));
    return {
      findings: together(results.map(({ findings }) => findings)),
      kills: results.flatMap(({ kills }) => kills),
      decided: results.flatMap(({ findings }) => findings.decided),
      frozen: 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One round: load with a kill in the middle, a restart, and the wait until all calls are over. */
async function round(site: Site, point: CrashPoint, random: () => number): Promise<void> {
  const [backend] = site.backends;
  if (backend === undefined) throw new Error("the site has no backend");
  const visitor = await site.visitor();
  // C3 is reached by a second attempt, which follows a refusal for an expired key.
  if (point === "C3") {
    await site.call(visitor, { point });
    site.uis.expireKeys();
  }
  const { killed } = backend;
  const onAccepted = endIt(site, backend, point, random);
  const calls = Array.from({ length: CALLS }, async (_, n) => {
    await sleep(n === 0 ? 0 : random() * LOAD_FOR);
    await site.call(visitor, {
      point,
      noAnswer: point === "C7" || random() < 0.1,
      ...(point === "C2" ? { later: LATER } : random() < 0.1 && { later: SOON }),
    });
    onAccepted();
  });
  const accepted = Promise.all(calls);
  const late = accepted.then(() => sleep(REACHED_WITHIN)).then(() => "late" as const);
  const missed = (await Promise.race([killed, late])) === "late";
  if (missed) backend.kill();
  const at = await killed;
  site.uis.onDialled = undefined;
  await backend.start();
  site.kills.push({ point: missed ? "random" : point, backend: backend.url, at, readyAt: Date.now() });
  await accepted;
  await site.decided(OVER_WITHIN);
}

/** Arranges the kill. @returns a function to call after each 202 */
function endIt(site: Site, backend: Backend, point: CrashPoint, random: () => number): () => void {
  if (point === "random") {
    setTimeout(() => backend.kill(), random() * LOAD_FOR);
    return () => undefined;
  }
  // C2 lies between the 202 and an attempt: kills either right after the 202, or when the call has been claimed.
  if (point === "C2" && random() < 0.5) {
    let left = 1;
    return () => {
      if (left-- === 1) backend.kill();
    };
  }
  const once = point === "C2" || point === "C3" || point === "C7";
  site.order(backend, { point, nth: once ? 1 : 1 + Math.floor(random() * 3), how: "die" });
  return () => undefined;
}
