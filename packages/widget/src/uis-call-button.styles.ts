import { css } from "lit";

/** Private names resolve the public ones once, with a light and, where the page has one, a dark default. */
export const styles = css`
  :host {
    --_accent: var(--uis-call-accent, #0b7a5a);
    --_accent-text: var(--uis-call-accent-text, #fff);
    --_surface: var(--uis-call-surface, #fff);
    --_text: var(--uis-call-text, #17211d);
    --_muted: var(--uis-call-muted, #5a6963);
    --_border: var(--uis-call-border, #c3cdc8);
    --_error: var(--uis-call-error, #b3261e);
    --_radius: var(--uis-call-radius, 0.875rem);
    display: inline-block;
    position: relative;
    font: var(--uis-call-font, inherit);
    text-align: start;
  }

  @supports (color: light-dark(#fff, #000)) {
    :host {
      --_accent: var(--uis-call-accent, light-dark(#0b7a5a, #3ecf9b));
      --_accent-text: var(--uis-call-accent-text, light-dark(#fff, #06251b));
      --_surface: var(--uis-call-surface, light-dark(#fff, #18211e));
      --_text: var(--uis-call-text, light-dark(#17211d, #e8efeb));
      --_muted: var(--uis-call-muted, light-dark(#5a6963, #9db0a7));
      --_border: var(--uis-call-border, light-dark(#c3cdc8, #3b4a44));
      --_error: var(--uis-call-error, light-dark(#b3261e, #ffb4ab));
    }
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  :host([display="inline"]) {
    display: block;
  }

  * {
    box-sizing: border-box;
  }

  button,
  input {
    font: inherit;
    letter-spacing: inherit;
  }

  button {
    cursor: pointer;
  }

  :focus-visible {
    outline: 3px solid color-mix(in srgb, var(--_accent) 55%, transparent);
    outline-offset: 2px;
  }

  [part~="button"],
  [part~="submit"] {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: 2.75rem;
    padding: 0.5em 1.25em;
    border: 1px solid transparent;
    border-radius: calc(var(--_radius) * 0.85);
    background: var(--_accent);
    color: var(--_accent-text);
    font-weight: 600;
    transition: filter 0.15s;
  }

  [part~="button"]:hover,
  [part~="submit"]:hover {
    filter: brightness(1.08);
  }

  [part~="submit"] {
    inline-size: 100%;
  }

  button:disabled,
  button[aria-disabled="true"] {
    cursor: default;
    filter: saturate(0.4) opacity(0.7);
  }

  svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: currentcolor;
  }

  [part~="panel"] {
    position: absolute;
    z-index: 1;
    inset-block-start: calc(100% + 0.5rem);
    inset-inline-start: 0;
    inline-size: min(21rem, calc(100vw - 2rem));
    padding: 1.25rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--uis-call-shadow, 0 1rem 2.5rem -0.75rem rgb(0 0 0 / 35%));
    color: var(--_text);
    font-size: 1rem;
    line-height: 1.45;
  }

  :host([display="inline"]) [part~="panel"] {
    position: static;
    inline-size: auto;
    max-inline-size: 26rem;
    box-shadow: none;
  }

  /* A phone has no room beside the button: the panel becomes a sheet at the lower edge, within the thumb's reach. */
  @media (max-width: 30rem) {
    :host(:not([display="inline"])) [part~="panel"] {
      position: fixed;
      inset: auto 0.5rem max(0.5rem, env(safe-area-inset-bottom));
      inline-size: auto;
      max-block-size: calc(100dvh - 1rem);
      overflow-y: auto;
    }
  }

  [part~="panel"]:focus {
    outline: none;
  }

  .top {
    display: flex;
    align-items: start;
    justify-content: space-between;
    gap: 0.5rem;
    margin-block-end: 0.875rem;
  }

  h2 {
    margin: 0;
    padding-block-start: 0.25rem;
    font-size: 1.125rem;
    line-height: 1.3;
  }

  [part~="close"] {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    margin-block-start: -0.25rem;
    margin-inline-end: -0.5rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--_muted);
  }

  [part~="close"]:hover {
    background: color-mix(in srgb, var(--_text) 8%, transparent);
  }

  form {
    display: grid;
    gap: 0.875rem;
  }

  .field {
    display: grid;
    gap: 0.3rem;
  }

  .field > label {
    font-weight: 600;
  }

  [part~="phone"] {
    inline-size: 100%;
    min-block-size: 2.875rem;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_muted);
    border-radius: calc(var(--_radius) * 0.7);
    background: transparent;
    color: inherit;
    /* iOS zooms into anything smaller. */
    font-size: max(1rem, 16px);
  }

  [dir="rtl"] [part~="phone"] {
    text-align: end;
  }

  [part~="phone"]:focus-visible {
    border-color: var(--_accent);
    outline-offset: 0;
  }

  [aria-invalid="true"] {
    border-color: var(--_error) !important;
  }

  .hint {
    margin: 0;
    color: var(--_muted);
    font-size: 0.875rem;
  }

  .consent {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.25rem 0.625rem;
    align-items: start;
    font-size: 0.9375rem;
  }

  .consent input {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    margin: 0;
    accent-color: var(--_accent);
  }

  .consent a {
    grid-column: 2;
    color: inherit;
  }

  [part~="error"] {
    margin: 0;
    color: var(--_error);
    font-size: 0.9375rem;
  }

  [part~="error"]:empty,
  [part~="status"]:empty {
    display: none;
  }

  .fallback {
    margin-block-start: 0.75rem;
    font-size: 1.125rem;
    font-weight: 600;
  }

  .outcome {
    display: grid;
    justify-items: center;
    gap: 0.75rem;
    text-align: center;
  }

  .sign {
    display: grid;
    place-items: center;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
    color: var(--_accent);
  }

  .sign svg {
    inline-size: 1.625rem;
    block-size: 1.625rem;
  }

  .sign.failed {
    background: color-mix(in srgb, var(--_error) 14%, transparent);
    color: var(--_error);
  }

  [part~="status"]:not(:empty) ~ [part~="submit"],
  [part~="error"]:not(:empty) ~ [part~="submit"] {
    margin-block-start: 1rem;
  }

  .outcome p {
    margin: 0;
    text-wrap: balance;
  }

  .under-way .sign,
  [part~="button"].under-way svg {
    animation: ring 1.4s ease-in-out infinite;
  }

  @keyframes ring {
    0%,
    60%,
    100% {
      transform: none;
    }

    10%,
    30% {
      transform: rotate(-12deg);
    }

    20%,
    40% {
      transform: rotate(12deg);
    }
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }

  @media (forced-colors: active) {
    [part~="button"],
    [part~="submit"] {
      border-color: ButtonText;
    }

    .sign {
      border: 2px solid CanvasText;
    }

    :focus-visible {
      outline-color: Highlight;
    }
  }
`;
