import { css, html, type TemplateResult } from "lit";
import { FeedElement } from "./feed-element.js";
import { theme } from "./theme.js";

const styles = css`
  :host {
    min-height: 100vh;
    background: var(--raised);
  }
  main {
    max-width: 1120px;
    margin: 0 auto;
    padding: clamp(1rem, 3vw, 2.5rem) clamp(0.75rem, 3vw, 2rem) 4rem;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 0.75rem 2rem;
    margin-bottom: 1.5rem;
  }
  h1 {
    margin: 0 0 0.25rem;
    font-size: 1.5rem;
    line-height: 1.2;
    letter-spacing: -0.015em;
  }
  header p {
    margin: 0;
    color: var(--muted);
  }
  code {
    padding: 0.4rem 0.7rem;
    border: 1px solid var(--line);
    border-radius: 9px;
    background: var(--surface);
    font: 0.8125rem/1.4 var(--uis-mono, ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace);
    overflow-wrap: anywhere;
  }
  .grid {
    display: grid;
    gap: 1rem;
  }
  .grid > section {
    min-width: 0;
    padding: clamp(1rem, 2.4vw, 1.5rem);
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--surface);
  }
  h2 {
    margin: 0 0 1rem;
    font-size: 1rem;
  }
  @media (min-width: 960px) {
    .grid {
      grid-template-columns: minmax(0, 1fr) 380px;
      grid-template-rows: auto 1fr;
    }
    .phones {
      grid-row: span 2;
    }
    .journal {
      grid-column: 1 / -1;
    }
  }
`;

const pageSheet = css`
  body {
    margin: 0;
  }
`.styleSheet;

/** The page of the simulator, which shows the phones, the people, the timeline and the recorded requests. */
export class UisExchange extends FeedElement {
  static override styles = [theme, styles];

  override connectedCallback(): void {
    super.connectedCallback();
    if (pageSheet) document.adoptedStyleSheets.push(pageSheet);
  }

  protected override render(): TemplateResult {
    const { base, messages } = this;
    const address = new URL(`${base}/v1`, location.href).href;
    // Sets `lang` again, because elements inside the shadow root do not see a `lang` attribute outside of it.
    return html`<main lang=${this.language}>
      <header>
        <div>
          <h1>${messages.title}</h1>
          <p>${messages.lead}</p>
        </div>
        <code>POST ${address}</code>
      </header>
      <div class="grid">
        <section class="phones">
          <h2>${messages.phones}</h2>
          <uis-phones base=${base}></uis-phones>
        </section>
        <section>
          <h2>${messages.people}</h2>
          <uis-people base=${base}></uis-people>
        </section>
        <section>
          <h2>${messages.timeline}</h2>
          <uis-timeline base=${base}></uis-timeline>
        </section>
        <section class="journal">
          <h2>${messages.journal}</h2>
          <uis-journal base=${base}></uis-journal>
        </section>
      </div>
    </main>`;
  }
}
