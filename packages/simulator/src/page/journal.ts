import { css, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RpcRecord } from "../records.js";
import { FeedElement } from "./feed-element.js";
import { jsonView } from "./json-view.js";
import { theme } from "./theme.js";
import { secondsText } from "./messages.js";

/** Maximum number of requests that the page shows, so that it does not become too long. */
const SHOWN = 30;

const styles = css`
  :host {
    container-type: inline-size;
  }
  details {
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--surface);
    overflow: hidden;
  }
  details + details {
    margin-top: 0.75rem;
  }
  summary {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    padding: 0.7rem 1rem;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary:focus-visible {
    outline-offset: -3px;
    border-radius: 12px;
  }
  summary::before {
    content: "";
    width: 0.45rem;
    height: 0.45rem;
    border: solid var(--muted);
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
    transition: transform 0.15s;
  }
  details[open] summary::before {
    transform: rotate(45deg);
  }
  .method {
    font: 600 0.9375rem/1.4
      var(--uis-mono, ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace);
  }
  .faint {
    color: var(--muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  .clock {
    margin-right: 0.5rem;
  }
  @container (max-width: 400px) {
    .clock {
      display: none;
    }
  }
  .pill {
    margin-left: auto;
    padding: 0.1rem 0.6rem;
    border-radius: 1rem;
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--tone);
    background: color-mix(in srgb, var(--tone) 13%, transparent);
    white-space: nowrap;
  }
  .good {
    --tone: var(--green);
  }
  .bad {
    --tone: var(--red);
  }
  .pending {
    --tone: var(--amber);
  }
  .cards {
    display: grid;
    gap: 1px;
    background: var(--line);
    border-top: 1px solid var(--line);
  }
  @container (min-width: 620px) {
    .cards {
      grid-template-columns: 3fr 2fr;
    }
  }
  section {
    min-width: 0;
    padding: 0.75rem 1rem 1rem;
    background: var(--raised);
  }
  .title {
    margin: 0 0 0.4rem;
    font-size: 0.75rem;
    font-weight: 600;
    color: var(--muted);
  }
  pre {
    margin: 0;
    font: 0.8125rem/1.55
      var(--uis-mono, ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .name {
    color: var(--token-name);
  }
  .text {
    color: var(--token-text);
  }
  .number,
  .word {
    color: var(--token-number);
  }
`;

/**
 * Shows the JSON-RPC requests and responses, newest first. The simulator has removed session keys and passwords from
 * them.
 *
 * @attr base - path at which the simulator is mounted, e.g. `/simulator`
 */
export class UisJournal extends FeedElement {
  static override styles = [theme, styles];

  protected override render(): TemplateResult {
    const records = this.feed.state.records.slice(-SHOWN).reverse();
    if (records.length === 0) return html`<p class="empty">${this.messages.noRequests}</p>`;
    return html`${repeat(
      records,
      (record) => `${record.at}/${record.number}`,
      (record, index) => this.#exchange(record, index === 0),
    )}`;
  }

  #exchange(record: RpcRecord, open: boolean): TemplateResult {
    const { method, id, params, at, answeredAt } = record;
    const envelope = { jsonrpc: "2.0", method, id, params };
    return html`<details ?open=${open}>
      <summary>
        <span class="method">${method ?? "?"}</span>
        <span class="faint">
          <span class="clock">${new Date(at).toLocaleTimeString(this.language)}</span>
          ${answeredAt === undefined ? nothing : secondsText(answeredAt - at, this.language)}
        </span>
        ${this.#outcome(record)}
      </summary>
      <div class="cards">
        <section>
          <div class="title">${this.messages.request}</div>
          <pre>${jsonView(envelope)}</pre>
        </section>
        <section>
          <div class="title">${this.messages.reply}</div>
          <pre>${this.#answer(record)}</pre>
        </section>
      </div>
    </details>`;
  }

  #answer({ answer, answeredAt, httpStatus }: RpcRecord): TemplateResult | string {
    if (answeredAt === undefined) return "…";
    return httpStatus === undefined ? this.messages.closed : jsonView(answer);
  }

  #outcome({ answer, answeredAt, httpStatus }: RpcRecord): TemplateResult {
    if (answeredAt === undefined) return html`<span class="pill pending">${this.messages.pending}</span>`;
    if (httpStatus === undefined) return html`<span class="pill bad">${this.messages.closed}</span>`;
    const { result, error } = (answer ?? {}) as {
      result?: unknown;
      error?: { code?: number; message?: string };
    };
    if (httpStatus !== 200) return html`<span class="pill bad">HTTP ${httpStatus}</span>`;
    if (error) return html`<span class="pill bad">${error.code} ${error.message}</span>`;
    if (result === undefined) return html`<span class="pill bad">?</span>`;
    const text = typeof result === "string" ? result : "ok";
    return html`<span class="pill ${result === "fail" ? "bad" : "good"}">${text}</span>`;
  }
}
