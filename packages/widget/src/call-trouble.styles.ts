import { css } from "lit";

/** What is wrong, and what can be taken back: over the panel's styles. */
export const styles = css`
  [aria-invalid="true"] {
    border-color: var(--_error);
    outline-color: var(--_error);
  }

  .sign.failed {
    background: color-mix(in srgb, var(--_error) 12%, transparent);
    color: var(--_error);
  }

  [part~="cancel"] {
    display: grid;
    place-content: center;
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding: 0.5em;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: none;
    color: inherit;
  }
`;
