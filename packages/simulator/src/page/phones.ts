import { css, html, type PropertyDeclarations, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { repeat } from "lit/directives/repeat.js";
import type { ExchangeCall, Leg, Party } from "../exchange/call.js";
import { FeedElement } from "./feed-element.js";
import type { PhoneCommandEvent } from "./phone.js";
import { theme } from "./theme.js";

const styles = css`
  :host {
    container-type: inline-size;
  }
  .stage {
    display: grid;
    grid-template-columns: minmax(0, 250px) minmax(2.5rem, 7rem) minmax(0, 250px);
    justify-content: center;
    align-items: center;
    gap: 0.75rem;
  }
  .stage.several {
    grid-template-columns: minmax(0, 250px) minmax(2rem, 4rem) minmax(0, 340px);
  }
  .several .office {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 160px));
    gap: 1rem 0.75rem;
    justify-content: center;
  }
  .line {
    display: grid;
    justify-items: center;
    gap: 0.5rem;
    /* Makes up for the captions of the phones, so that the line is centred on the phones themselves. */
    margin-bottom: 3.5rem;
    font-size: 0.75rem;
    font-weight: 600;
    color: var(--muted);
    text-align: center;
  }
  .line .wire {
    position: relative;
    width: 100%;
    height: 4px;
    border-radius: 2px;
    background: radial-gradient(circle, var(--line) 1.6px, transparent 2px) center / 10px 4px;
  }
  .dialling .wire,
  .connecting .wire,
  .queued .wire {
    background-image: radial-gradient(circle, var(--accent) 1.6px, transparent 2px);
    animation: flow 0.8s linear infinite;
  }
  .connected .wire {
    background: var(--green);
  }
  .connected .state {
    color: var(--green);
  }
  .offline {
    margin: 0 0 1rem;
    padding: 0.5rem 0.75rem;
    border-radius: 8px;
    background: color-mix(in srgb, var(--amber) 14%, transparent);
    color: var(--amber);
    text-align: center;
  }
  @keyframes flow {
    to {
      background-position-x: calc(50% + 10px);
    }
  }
  @container (max-width: 479px) {
    .stage,
    .stage.several {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      align-items: start;
      gap: 1rem 0.75rem;
    }
    .line {
      grid-column: 1 / -1;
      grid-row: 1;
      margin: 0;
    }
    .several .office {
      grid-column: 1 / -1;
    }
    .several .visitor {
      grid-column: 1 / -1;
      justify-self: center;
      width: 50%;
    }
    uis-phone {
      margin: 0 auto;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .wire {
      animation: none !important;
    }
  }
`;

/**
 * Shows the visitor's phone and the office phones of the newest call. The user can press their buttons.
 *
 * @attr base - path at which the simulator is mounted, e.g. `/simulator`
 * @attr visitor-name - label of the visitor's phone
 * @attr office-name - label of the office phones
 */
export class UisPhones extends FeedElement {
  static override styles = [theme, styles];
  static override properties: PropertyDeclarations = {
    visitorName: { attribute: "visitor-name" },
    officeName: { attribute: "office-name" },
  };

  declare visitorName: string | undefined;
  declare officeName: string | undefined;

  protected override render(): TemplateResult {
    const { feed, messages } = this;
    const call = feed.newestCall;
    const offices = call ? officeLegs(call) : [];
    const state = call ? stateOf(call) : "idle";
    const several = offices.length > 1;
    return html`${!feed.lost || call ? "" : html`<p class="offline" role="status">${messages.offline}</p>`}
      <div class=${classMap({ stage: true, several, [state]: true })}>
        <div class="visitor">${this.#phone("visitor", call, call?.legs.find(isVisitor))}</div>
        <div class="line" role="status">
          <span class="state">${messages.states[state]}</span><span class="wire"></span>
        </div>
        <div class="office">
          ${
            several
              ? repeat(
                  offices,
                  (leg) => leg.number,
                  (leg) => this.#phone("office", call, leg),
                )
              : this.#phone("office", call, offices[0])
          }
        </div>
      </div>`;
  }

  #phone(party: Party, call: ExchangeCall | undefined, leg: Leg | undefined): TemplateResult {
    const name = party === "visitor" ? this.visitorName : this.officeName;
    return html`<uis-phone
      party=${party}
      label=${name ?? this.messages[party]}
      .leg=${leg}
      .language=${this.language}
      .elapsed=${() => (this.feed.now() - (call?.startedAt ?? 0)) / 1000}
      @phone-command=${({ action }: PhoneCommandEvent) => {
        if (call && leg) this.feed.command(call.id, leg.id, action);
      }}
    ></uis-phone>`;
  }
}

/** Returns the state of a call. This is `connecting` if both sides have answered and are not connected yet. */
function stateOf(call: ExchangeCall): ExchangeCall["state"] | "connecting" {
  const up = call.legs.filter((leg) => leg.state === "answered");
  const both = up.some(isVisitor) && !up.every(isVisitor);
  return call.state === "dialling" && both ? "connecting" : call.state;
}

const isVisitor = (leg: Leg): boolean => leg.party === "visitor";

/** Returns the latest leg of each office phone. The order is that in which the phones rang for the first time. */
function officeLegs(call: ExchangeCall): Leg[] {
  const latest = new Map<string, Leg>();
  for (const leg of call.legs) if (!isVisitor(leg)) latest.set(leg.number, leg);
  return [...latest.values()];
}
