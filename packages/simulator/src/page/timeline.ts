import { css, html, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import type { TimelineEntry } from "../exchange/call.js";
import { FeedElement } from "./feed-element.js";
import { theme } from "./theme.js";
import { timelineText } from "./messages.js";

const styles = css`
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    position: relative;
    display: grid;
    grid-template-columns: 3.6rem 1rem 1fr;
    gap: 0.5rem;
    padding-bottom: 0.55rem;
  }
  li:not(:last-child)::before {
    content: "";
    position: absolute;
    left: calc(4.6rem - 1px);
    top: 0.9rem;
    bottom: -0.35rem;
    width: 2px;
    background: var(--line);
  }
  time {
    color: var(--muted);
    font-size: 0.8125rem;
    line-height: 1.66;
    text-align: right;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .dot {
    position: relative;
    width: 0.625rem;
    height: 0.625rem;
    margin: 0.36rem auto 0;
    border-radius: 50%;
    background: var(--muted);
    box-shadow: 0 0 0 3px var(--surface);
  }
  .visitor .dot {
    background: #7a6cf0;
  }
  .office .dot {
    background: #16a394;
  }
  .good .dot {
    background: var(--green);
  }
  .bad .dot {
    background: var(--red);
  }
  .good p {
    font-weight: 600;
  }
  p {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/**
 * Shows the timeline of the newest call.
 *
 * @attr base - path at which the simulator is mounted, e.g. `/simulator`
 */
export class UisTimeline extends FeedElement {
  static override styles = [theme, styles];

  protected override render(): TemplateResult {
    const call = this.feed.newestCall;
    if (!call) return html`<p class="empty">${this.messages.noCall}</p>`;
    return html`<ol>
      ${call.timeline.map((entry) => this.#entry(entry))}
    </ol>`;
  }

  #entry({ t, text, leg = "" }: TimelineEntry): TemplateResult {
    const kind = {
      visitor: leg === "visitor",
      office: leg.startsWith("office"),
      good: text === "connected",
      bad: /declined|did not answer|is busy|time-out/.test(text),
    };
    return html`<li class=${classMap(kind)}>
      <time>t+${t.toFixed(1)}</time><span class="dot"></span>
      <p>${timelineText(text, this.language)}</p>
    </li>`;
  }
}
