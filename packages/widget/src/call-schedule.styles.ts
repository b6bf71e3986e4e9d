import { css } from "lit";

/** The choice of day and time, over the panel's styles. */
export const styles = css`
  .when {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(7.5em, 100%), 1fr));
    gap: 0.5rem 0.75rem;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    margin-block-end: 0.5rem;
    padding: 0;
    font-weight: 600;
  }

  .when .field > label {
    font-weight: inherit;
  }

  .when p {
    grid-column: 1 / -1;
  }

  .when p:empty {
    display: none;
  }

  select {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: 2.75rem;
    padding: 0.5em;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    letter-spacing: inherit;
    /* iOS zooms into anything smaller. */
    font-size: max(1rem, 16px);
  }

  /* Nothing is under way for hours. */
  .under-way .scheduled {
    animation: none;
  }
`;
