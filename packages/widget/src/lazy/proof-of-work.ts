import type { ProofChallenge } from "./proof.js";

/** Milliseconds a solution is kept; the backend accepts it a little longer. */
const FRESH = 4 * 60_000;

/** Computes proofs of work ahead of time, so that visitors do not wait, and keeps one until it is used. */
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

  /** Returns the proof; starts computing where there is none. */
  get(): Promise<string> {
    const work = this.#work;
    return work !== undefined && performance.now() < work.until ? work.done : this.#begin();
  }

  /** Discards the proof: it has been used or refused. */
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
    const [{ solveProof }, challenge] = await Promise.all([import("./proof.js"), this.#challenge()]);
    return solveProof(challenge);
  }
}
