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

/**
 * Number of databases, each with one backend. They are tested at the same time, because a backend that is waiting
 * leaves the processor to the others.
 */
const SITES = 4;

const CALLS = 6;
/**
 * Milliseconds within which the visitors of a round request their calls. A kill at a random moment happens in the same
 * time.
 */
const LOAD_FOR = 250;

/**
 * Milliseconds after the last accepted call. A backend that has not reached its crash point by then is killed at once,
 * and the kill counts as random.
 */
const REACHED_WITHIN = 4000;
/** Milliseconds within which all calls have to be over after the backend was restarted. */
const OVER_WITHIN = 60_000;
/**
 * Milliseconds within which all notes have to arrive. A note that was interrupted is sent again after a minute, so this
 * limit is longer than a minute.
 */
const DELIVERED_WITHIN = 75_000;

/** Milliseconds until a scheduled call is due that must not be due before the backend has been restarted. */
const LATER = 2500;
/** Milliseconds until a scheduled call is due that becomes due while the backend is being restarted. */
const SOON = 150;

/**
 * Kills backends that use SQLite. Several databases are tested at the same time. The rounds of one database follow one
 * another.
 */
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

/**
 * Runs one round: visitors request calls, the backend is killed meanwhile and started again, and the round ends when
 * all calls are over.
 */
async function round(site: Site, point: CrashPoint, random: () => number): Promise<void> {
  const [backend] = site.backends;
  if (backend === undefined) throw new Error("the site has no backend");
  const visitor = await site.visitor();
  // Expires the backend's session keys at UIS. C3 is reached only by the second attempt for a call, which the backend
  // makes after UIS has refused the expired key.
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

/** Prepares the kill of the backend. @returns a function that must be called after each accepted call */
function endIt(site: Site, backend: Backend, point: CrashPoint, random: () => number): () => void {
  if (point === "random") {
    setTimeout(() => backend.kill(), random() * LOAD_FOR);
    return () => undefined;
  }
  // C2 lies between the 202 response and the first attempt. Half of the kills happen right after the 202 response, and
  // the other half when the backend has claimed the call.
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
