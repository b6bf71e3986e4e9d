import { css } from "lit";

/**
 * Colours and type of all elements. A host page may set
 * `--uis-surface`, `--uis-raised`, `--uis-text`, `--uis-muted`, `--uis-line`, `--uis-accent`, `--uis-font`, `--uis-mono`.
 */
export const theme = css`
  :host {
    --surface: var(--uis-surface, #ffffff);
    --raised: var(--uis-raised, #f5f6f8);
    --text: var(--uis-text, #14171f);
    --muted: var(--uis-muted, #5c6474);
    --line: var(--uis-line, #e2e5eb);
    --accent: var(--uis-accent, #4353e0);
    --green: #1a7f45;
    --red: #c22f33;
    --amber: #8f5a00;
    --token-name: #3442b8;
    --token-text: #1a7048;
    --token-number: #a5420a;
    display: block;
    color: var(--text);
    font: 400 0.9375rem/1.45
      var(--uis-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    -webkit-text-size-adjust: 100%;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --surface: var(--uis-surface, #15181f);
      --raised: var(--uis-raised, #1d212a);
      --text: var(--uis-text, #eceef3);
      --muted: var(--uis-muted, #9aa3b5);
      --line: var(--uis-line, #2b303c);
      --accent: var(--uis-accent, #8b97ff);
      --green: #4fc983;
      --red: #ff7b7e;
      --amber: #e5ad4c;
      --token-name: #a3adff;
      --token-text: #79d3a4;
      --token-number: #ffad7a;
    }
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button {
    font: inherit;
    color: inherit;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .empty {
    margin: 0;
    padding: 1.5rem 1rem;
    border: 1px dashed var(--line);
    border-radius: 12px;
    color: var(--muted);
    text-align: center;
    text-wrap: balance;
  }
`;
