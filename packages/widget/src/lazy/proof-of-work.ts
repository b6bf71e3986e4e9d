import { inTime } from "../in-time.js";
import type { ProofChallenge } from "./proof.js";

/** Milliseconds for which a proof is kept. The backend accepts a proof for slightly longer. */
const FRESH = 4 * 60_000;

/**
 * Computes a proof of work in advance, so that visitors do not have to wait. Keeps the proof until it has been used or
 * is too old.
 */
export class ProofOfWork {
  readonly #challenge: () => Promise<ProofChallenge>;
  #work: { done: Promise<string>; ready: boolean; until: number } | undefined;

  /** @param challenge fetches a challenge from the backend */
  constructor(challenge: () => Promise<ProofChallenge>) {
    this.#challenge = challenge;
  }

  /** Whether a proof is available without waiting. */
  get ready(): boolean {
    return this.#work?.ready === true && performance.now() < this.#work.until;
  }

  /** Returns the proof. If there is no valid proof, starts computing one. */
  get(): Promise<string> {
    const work = this.#work;
    return work !== undefined && performance.now() < work.until ? work.done : this.#begin();
  }

  /** Discards the proof, because it has been used or refused. */
  drop(): void {
    this.#work = undefined;
  }

  #begin(): Promise<string> {
    const work = { done: this.#solve(), ready: false, until: performance.now() + FRESH };
    this.#work = work;
    work.done.then(
      () => (work.ready = true),
      () => {
        if (this.#work === work) this.#work = undefined;
      },
    );
    return work.done;
  }

  async #solve(): Promise<string> {
    const [{ solveProof }, challenge] = await Promise.all([
      inTime(() => import("./proof.js")),
      this.#challenge(),
    ]);
    return solveProof(challenge);
  }
}
