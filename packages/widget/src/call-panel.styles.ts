import { css } from "lit";

/** The panel, over the button's own styles. */
export const styles = css`
  [part~="submit"] {
    inline-size: 100%;
  }

  .fallback ::slotted([href^="tel"]) {
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

  [part~="panel"] {
    overflow-y: auto;
    inline-size: min(21rem, calc(100vw - 1rem));
    margin: 0;
    padding: 1.25rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font-size: 1rem;
    line-height: 1.45;
    overflow-wrap: anywhere;
    overscroll-behavior: contain;
    outline: none;
  }

  [part~="panel"]:not([popover]) {
    inline-size: auto;
    max-inline-size: 26rem;
  }

  /* Where it is put is measured; what it is over is the browser's top layer, or in want of one a number. */
  [popover] {
    position: fixed;
    z-index: 1000;
    inset: var(--_y, 0) auto auto var(--_x, 0);
    block-size: auto;
    max-block-size: calc(var(--_view, 100dvh) - 1rem);
    box-shadow: var(--uis-call-shadow, 0 1rem 2.5rem -0.75rem rgb(0 0 0 / 35%));
  }

  /* A phone has no room beside the button: the panel becomes a sheet at the lower edge, within the thumb's reach. */
  @media (max-width: 30rem) {
    [popover] {
      inset: auto 0.5rem calc(max(0.5rem, env(safe-area-inset-bottom)) + var(--_beneath, 0px));
      inline-size: auto;
    }
  }

  .top {
    display: flex;
    align-items: start;
    justify-content: space-between;
    gap: 0.5rem;
  }

  p,
  h2 {
    margin: 0;
  }

  h2 {
    font-size: 1.2rem;
  }

  .sign,
  [part~="close"] {
    display: grid;
    flex: none;
    place-items: center;
    border-radius: 50%;
  }

  [part~="close"] {
    inline-size: 2.25rem;
    block-size: 2.25rem;
    margin: -0.375rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--_muted);
  }

  [part~="close"]:hover {
    background: var(--_border);
  }

  form,
  .field,
  .consent,
  .outcome {
    display: grid;
    gap: 1rem;
  }

  .field {
    gap: 0.3rem;
  }

  .field > label {
    font-weight: 600;
  }

  [part~="phone"] {
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding: 0.5em 0.75em;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: transparent;
    color: inherit;
    /* iOS zooms into anything smaller. */
    font-size: max(1rem, 16px);
  }

  [dir="rtl"] [part~="phone"] {
    text-align: end;
  }

  [part~="phone"]:focus-visible {
    outline-offset: -1px;
  }

  .hint,
  form a {
    color: var(--_muted);
    font-size: 0.875rem;
  }

  .consent {
    grid-template-columns: auto 1fr;
    gap: 0.3rem 0.5rem;
  }

  .consent input {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    margin: 0;
    accent-color: var(--_accent);
  }

  .consent a {
    grid-column: 2;
  }

  .consent p {
    grid-column: 1 / -1;
  }

  /* A target of its own: 24 px are the least. */
  form a {
    justify-self: start;
    padding-block: 0.125rem;
  }

  [part~="error"] {
    color: var(--_error);
    font-size: 0.875rem;
  }

  :is(p, div)[part]:empty {
    display: none;
  }

  /* What is about all of it, and not about a field. */
  [part~="panel"] > [part~="error"] {
    padding: 0.5em 0.75em;
    border-radius: var(--_radius);
  }

  .fallback {
    font-weight: 600;
    text-align: center;
  }

  .fallback ::slotted(*) {
    color: inherit;
  }

  /* A number is read from left to right everywhere. */
  .fallback ::slotted([href^="tel"]) {
    box-sizing: border-box;
    direction: ltr;
    text-decoration: none;
  }

  .outcome {
    justify-items: center;
    text-align: center;
    text-wrap: balance;
  }

  .sign {
    inline-size: 2.75em;
    block-size: 2.75em;
    background: color-mix(in srgb, var(--_accent) 12%, transparent);
    color: var(--_ink);
    font-size: 1.3rem;
  }

  .sign.placed {
    background: var(--_accent);
    color: var(--_accent-text);
  }

  [part~="panel"] > [part~="error"] {
    background: color-mix(in srgb, var(--_error) 12%, transparent);
    color: var(--_error);
  }

  .top ~ * {
    margin-block-start: 1rem;
  }

  .under-way .sign,
  [aria-disabled="true"] {
    animation: wave 1.4s ease-out infinite;
  }

  @keyframes wave {
    from {
      box-shadow: 0 0 0 0 color-mix(in srgb, var(--_accent) 40%, transparent);
    }

    to {
      box-shadow: 0 0 0 0.75rem transparent;
    }
  }

  @media (forced-colors: active) {
    .sign {
      border: 2px solid CanvasText;
    }
  }
`;
