import { css } from "lit";

/** Styles of the selects for day and time. They are added to the shadow root after the styles of the panel. */
export const styles = css`
  .when {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em 0.75em;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    margin-block-end: 0.5em;
    padding: 0;
    font-weight: 600;
  }

  .when .field {
    flex: 1 1 6em;
    min-inline-size: 0;
  }

  .when .field:has(#day) {
    flex: 2 1 8.5em;
  }

  .when .field > label {
    font-weight: inherit;
  }

  .when p {
    flex-basis: 100%;
  }

  .when p:empty {
    display: none;
  }

  select {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: calc(2.75 * var(--_rem));
    padding: 0.5em;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    letter-spacing: inherit;
    /* iOS zooms into fields whose text is smaller than 16 px. */
    font-size: var(--_rem);
  }

  /* The icon of a scheduled call is not animated, because the call has not started. */
  .under-way .scheduled {
    animation: none;
  }
`;
