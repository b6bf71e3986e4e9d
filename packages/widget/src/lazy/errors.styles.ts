import { css } from "lit";

/** What is wrong: over the panel's styles. */
export const styles = css`
  [aria-invalid="true"] {
    border-color: var(--_error);
    outline-color: var(--_error);
  }

  .sign.failed {
    background: color-mix(in oklab, var(--_error) 12%, transparent);
    color: var(--_error);
  }
`;
