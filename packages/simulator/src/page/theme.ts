import { css } from "lit";

/**
 * Colours and fonts of all elements on the page. The colours are dark if the `color-scheme` of the page is dark. A page
 * can replace them by setting `--uis-surface`, `--uis-raised`, `--uis-text`, `--uis-muted`, `--uis-line`,
 * `--uis-accent`, `--uis-font` and `--uis-mono`.
 */
export const theme = css`
  :host {
    --surface: var(--uis-surface, light-dark(#ffffff, #15181f));
    --raised: var(--uis-raised, light-dark(#f5f6f8, #1d212a));
    --text: var(--uis-text, light-dark(#14171f, #eceef3));
    --muted: var(--uis-muted, light-dark(#5c6474, #9aa3b5));
    --line: var(--uis-line, light-dark(#e2e5eb, #2b303c));
    --accent: var(--uis-accent, light-dark(#4353e0, #8b97ff));
    --green: light-dark(#176f3c, #4fc983);
    --red: light-dark(#c22f33, #ff7b7e);
    --amber: light-dark(#8f5a00, #e5ad4c);
    --selected: light-dark(#ffffff, #343a47);
    --token-name: light-dark(#3442b8, #a3adff);
    --token-text: light-dark(#1a7048, #79d3a4);
    --token-number: light-dark(#a5420a, #ffad7a);
    display: block;
    color: var(--text);
    font: 400 0.9375rem/1.45
      var(--uis-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    -webkit-text-size-adjust: 100%;
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
