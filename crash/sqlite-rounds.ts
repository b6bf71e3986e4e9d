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

/** Databases at once, each with a backend of its own: while one waits for something, others have the processor. */
const SITES = 4;

const CALLS = 6;
/** Milliseconds within which they come, and in which a kill at any moment falls. */
const LOAD_FOR = 250;

/** Milliseconds: after the last call is accepted, until a point counts as not reached; and until all is over. */
const REACHED_WITHIN = 4000;
const OVER_WITHIN = 60_000;
/** A note is free for another try after a minute. */
const DELIVERED_WITHIN = 75_000;

/** Milliseconds ahead of a call for later: longer than a restart, and shorter, so that its time passes meanwhile. */
const LATER = 2500;
const SOON = 150;

/** Kills backends on SQLite, one round after the other on each of some databases. */
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

/** Load, a kill in the middle of it, a restart, and all calls over. */
async function round(site: Site, point: CrashPoint, random: () => number): Promise<void> {
  const [backend] = site.backends;
  if (backend === undefined) throw new Error("the site has no backend");
  const visitor = await site.visitor();
  // A second permit needs a call that was refused for its key.
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
      vain: point === "C7" || random() < 0.1,
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

/** Sees to the kill. @returns what is to be called whenever a visitor has its 202 */
function endIt(site: Site, backend: Backend, point: CrashPoint, random: () => number): () => void {
  if (point === "random") {
    setTimeout(() => backend.kill(), random() * LOAD_FOR);
    return () => undefined;
  }
  // Between the 202 and a permit: either at once, or when the call has just been taken up.
  if (point === "C2" && random() < 0.5) {
    let left = 1;
    return () => {
      if (left-- === 1) backend.kill();
    };
  }
  const once = point === "C2" || point === "C3" || point === "C7";
  site.doom(backend, { point, nth: once ? 1 : 1 + Math.floor(random() * 3), how: "die" });
  return () => undefined;
}
