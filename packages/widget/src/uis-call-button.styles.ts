import { css } from "lit";

/**
 * Private names resolve the public ones once, with a light and, where the page has one, a dark default. Text on the
 * accent is white or black, whichever is easier to read (49.4 is the lightness between the two). What is drawn in the
 * accent, and has to be seen, is mixed with the text's colour; hints and borders are text and surface, mixed.
 */
export const styles = css`
  :host {
    --_accent: var(--uis-call-accent, #0b7a5a);
    --_accent-text: var(--uis-call-accent-text, #fff);
    --_surface: var(--uis-call-surface, #fff);
    --_text: var(--uis-call-text, #17211d);
    --_muted: var(--uis-call-muted, color-mix(in oklab, var(--_text) 68%, var(--_surface)));
    --_border: var(--uis-call-border, color-mix(in oklab, var(--_text) 22%, var(--_surface)));
    --_error: var(--uis-call-error, #b3261e);
    --_radius: var(--uis-call-radius, 0.75rem);
    --_ink: color-mix(in oklab, var(--_accent) 40%, var(--_text));
    display: inline-block;
    font: var(--_font, var(--uis-call-font, inherit));
    text-align: start;
  }

  @supports (color: lab(from light-dark(red, red) l a b)) {
    :host {
      --_accent: var(--uis-call-accent, light-dark(#0b7a5a, #3ecf9b));
      --_accent-text: var(--uis-call-accent-text, lab(from var(--_accent) calc((49.4 - l) * 1e6) 0 0));
      --_surface: var(--uis-call-surface, light-dark(#fff, #18211e));
      --_text: var(--uis-call-text, light-dark(#17211d, #e8efeb));
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

  :host([display="floating"]) {
    position: fixed;
    z-index: var(--uis-call-layer, 999);
    inset-block-end: max(1rem, env(safe-area-inset-bottom));
    inset-inline-end: 1rem;
  }

  :host([display="floating"]) [part~="button"] {
    min-block-size: 3.5rem;
    border-radius: 2rem;
    box-shadow: 0 0.5rem 1.5rem -0.25rem rgb(0 0 0 / 35%);
  }

  /* Its words are for those who cannot see the sign. */
  @media (max-width: 30rem) {
    :host([display="floating"]) [part~="button"] {
      inline-size: 3.5rem;
      padding: 0;
    }

    :host([display="floating"]) [part~="button"] span {
      position: absolute;
      clip-path: inset(50%);
    }
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
    outline: 2px solid var(--_ink);
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
    border-radius: var(--_radius);
    background: var(--_accent);
    color: var(--_accent-text);
    font-weight: 600;
    transition: filter 0.15s;
  }

  [part~="button"]:hover,
  [part~="submit"]:hover {
    filter: brightness(1.08);
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

  [part~="button"].under-way svg {
    animation: ring 0.35s ease-in-out infinite alternate;
  }

  @keyframes ring {
    from {
      rotate: -12deg;
    }

    to {
      rotate: 12deg;
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
      color: ButtonText;
    }

    :focus-visible {
      outline-color: Highlight;
    }
  }
`;
