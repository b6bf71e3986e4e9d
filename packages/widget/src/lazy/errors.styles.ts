import { css } from "lit";

/** Styles of errors. They are added to the shadow root after the styles of the panel. */
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
