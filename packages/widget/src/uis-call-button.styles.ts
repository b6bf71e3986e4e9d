import { css } from "lit";

/**
 * Styles of the button and the panel. They are in one style sheet, so that common rules are written only once.
 *
 * Each public custom property is read once, into a private custom property (`--_…`). The private one has defaults for
 * light and dark pages. Text on the accent colour is white or black, whichever has more contrast (49.4 is the lightness
 * between the two). Lines and icons in the accent colour are mixed with the text colour, so that they are visible on
 * any surface. Hints and borders are mixtures of text colour and surface colour.
 */
export const styles = css`
  /*
   * Undoes what the page's styles pass on, but for font, colours and visibility. A page's rule for * goes before the
   * rules of :host, so what the host passes on is undone in it, too.
   */
  :host,
  [part="button"],
  [part="panel"],
  :where(.fallback) {
    all: initial;
    color: inherit;
    color-scheme: inherit;
    visibility: inherit;
    font: inherit;
    text-size-adjust: 100%;
    -webkit-text-size-adjust: 100%;
  }

  :host {
    /* A page may make its own rem so small that nothing can be read or hit. */
    --_rem: max(1rem, 16px);
    --_accent: var(--uis-call-accent, light-dark(#0b7a5a, #3ecf9b));
    --_accent-text: var(--uis-call-accent-text, lab(from var(--_accent) calc((49.4 - l) * 1e6) 0 0));
    --_surface: var(--uis-call-surface, light-dark(#fff, #18211e));
    --_text: var(--uis-call-text, light-dark(#17211d, #e8efeb));
    --_error: var(--uis-call-error, light-dark(#b3261e, #ffb4ab));
    --_muted: var(--uis-call-muted, color-mix(in oklab, var(--_text) 68%, var(--_surface)));
    --_border: var(--uis-call-border, color-mix(in oklab, var(--_text) 22%, var(--_surface)));
    --_ink: color-mix(in oklab, var(--_accent) 40%, var(--_text));
    --_radius: var(--uis-call-radius, calc(0.75 * var(--_rem)));
    display: inline-block;
    font: var(--_font, var(--uis-call-font, inherit));
  }

  :host,
  [part="button"],
  [part="panel"],
  :where(.fallback) {
    font-variant-caps: normal;
    font-size-adjust: none;
    line-height: normal;
  }

  @supports not (color: light-dark(red, red)) {
    :host {
      --_accent: var(--uis-call-accent, #0b7a5a);
      --_accent-text: var(--uis-call-accent-text, #fff);
      --_surface: var(--uis-call-surface, #fff);
      --_text: var(--uis-call-text, #17211d);
      --_error: var(--uis-call-error, #b3261e);
    }
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  :host(:state(inline)) {
    display: block;
  }

  :host(:state(floating)) {
    position: fixed;
    z-index: var(--uis-call-layer, 999);
    bottom: max(var(--_rem), env(safe-area-inset-bottom));
    inset-inline-end: var(--_rem);
  }

  /* Browsers without custom states use the attribute that the page has written. */
  @supports not selector(:state(inline)) {
    :host([display="inline"]) {
      display: block;
    }

    :host([display="floating"]) {
      position: fixed;
      z-index: var(--uis-call-layer, 999);
      bottom: max(var(--_rem), env(safe-area-inset-bottom));
      inset-inline-end: var(--_rem);
    }
  }

  /* The floating button, after the element has put it into the top layer. */
  .corner[popover] {
    position: fixed;
    inset: inherit;
    overflow: visible;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
  }

  * {
    box-sizing: border-box;
  }

  p,
  h2 {
    margin: 0;
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

  [part="button"],
  [part="submit"],
  [part="cancel"],
  [part="phone"],
  [part="panel"],
  [part="link"] {
    box-sizing: border-box;
    min-height: calc(2.75 * var(--_rem));
    padding: 0.5em 0.75em;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: none;
    color: inherit;
  }

  [part="submit"],
  [part="cancel"],
  [part="phone"],
  [part="link"] {
    width: 100%;
  }

  [part="button"],
  [part="submit"] {
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    padding: 0.5em 1.25em;
    border-color: transparent;
    background: var(--_accent);
    color: var(--_accent-text);
    font-weight: 600;
    transition: filter 0.15s;

    &:hover {
      filter: brightness(1.08);
    }
  }

  button:disabled,
  button[aria-disabled="true"] {
    cursor: default;
    filter: saturate(0.4) opacity(0.7);
  }

  /* Some pages set the font size to 0 to remove the space between elements. The button then uses the root's size. */
  [part="button"] {
    font-size: max(1em, var(--_rem) - 4em);
  }

  .corner [part="button"] {
    min-height: calc(3.5 * var(--_rem));
    border-radius: calc(2 * var(--_rem));
    box-shadow: 0 calc(0.5 * var(--_rem)) calc(1.5 * var(--_rem)) calc(-0.25 * var(--_rem)) rgb(0 0 0 / 35%);
  }

  svg {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    fill: currentcolor;
  }

  [part="panel"] {
    display: block;
    overflow-y: auto;
    max-width: 26em;
    padding: 1.25em;
    border-color: var(--_border);
    background: var(--_surface);
    color: var(--_text);
    font-size: var(--_rem);
    line-height: 1.45;
    overflow-wrap: anywhere;
    overscroll-behavior: contain;
    outline: none;
  }

  /* The script calculates the position and sets these custom properties. */
  [part="panel"][popover] {
    position: fixed;
    inset: var(--_y, 0) auto auto var(--_x, 0);
    width: min(21em, calc(var(--_width, 100vw) - 1em));
    height: auto;
    max-height: calc(var(--_height, 100dvh) - 1em);
    box-shadow: var(--uis-call-shadow, 0 1em 2.5em -0.75em rgb(0 0 0 / 35%));
  }

  @media (max-width: 30rem) {
    /* On small screens the floating button shows only its icon. Its text is for screen readers. */
    .corner [part="button"] {
      width: calc(3.5 * var(--_rem));
      padding: 0;

      span {
        position: absolute;
        clip-path: inset(50%);
      }
    }

    /* Small screens have no room beside the button, so the panel is a sheet at the lower edge. */
    [part="panel"][popover] {
      inset: auto 0.5em calc(max(0.5em, env(safe-area-inset-bottom)) + var(--_beneath, 0px));
      width: auto;
      max-width: none;
    }
  }

  .top {
    display: flex;
    align-items: start;
    justify-content: space-between;
    gap: 0.5em;
  }

  .top ~ * {
    margin-top: var(--_rem);
  }

  h2 {
    font-size: 1.2em;
  }

  .sign,
  [part="close"] {
    display: grid;
    flex: none;
    place-items: center;
    border-radius: 50%;
  }

  [part="close"] {
    width: 2.25em;
    height: 2.25em;
    margin: -0.375em;
    padding: 0;
    border: 0;
    background: none;
    color: var(--_muted);

    &:hover {
      background: var(--_border);
    }
  }

  form,
  .field,
  .consent,
  .fallback,
  .outcome {
    display: grid;
    gap: 1em;
  }

  .field,
  .fallback {
    gap: 0.3em;
  }

  .field > label {
    font-weight: 600;
  }

  /* iOS zooms into fields whose text is smaller than 16 px. */
  [part="phone"] {
    font-size: var(--_rem);

    &:focus-visible {
      outline-offset: -1px;
    }
  }

  [dir="rtl"] [part="phone"] {
    text-align: end;
  }

  .hint,
  form a,
  [part="error"] {
    color: var(--_muted);
    font-size: 0.875em;
  }

  .consent {
    grid-template-columns: auto 1fr;
    gap: 0.3em 0.5em;

    input {
      width: 1.5em;
      height: 1.5em;
      margin: 0;
      accent-color: var(--_accent);
    }

    a {
      grid-column: 2;
    }

    p {
      grid-column: 1 / -1;
    }
  }

  /* Makes the link at least 24 px high, as WCAG 2.5.8 requires. */
  form a {
    justify-self: start;
    padding: calc(0.125 * var(--_rem)) 0;
  }

  [part="error"] {
    color: var(--_error);
  }

  /* Errors that concern the whole form and not a single field. */
  [part="panel"] > [part="error"] {
    padding: 0.5em 0.75em;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: color-mix(in oklab, var(--_error) 12%, transparent);
  }

  :is(p, div)[part]:empty {
    display: none;
  }

  /* In a shadow root, an important rule takes precedence over all rules of the page. */
  .fallback ::slotted(*) {
    color: inherit !important;
  }

  [part="button"] ~ .fallback {
    margin-top: calc(0.5 * var(--_rem));
  }

  /* If the panel cannot be loaded, the link is below the button. Its colours must be readable on any page. */
  [part="link"] {
    background: var(--_surface);
    color: var(--_text);
    font-weight: 600;
    text-decoration: none;
  }

  [part="cancel"],
  [part="link"] {
    display: grid;
    place-content: center;
  }

  .fallback,
  .outcome {
    text-align: center;
  }

  .outcome {
    justify-items: center;
    text-wrap: balance;
  }

  .sign {
    width: 2.75em;
    height: 2.75em;
    background: color-mix(in oklab, var(--_accent) 12%, transparent);
    color: var(--_ink);
    font-size: 1.3em;
  }

  .sign.placed {
    background: var(--_accent);
    color: var(--_accent-text);
  }

  button.under-way svg {
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

  .under-way .sign,
  [aria-disabled="true"] {
    animation: wave 1.4s ease-out infinite;
  }

  @keyframes wave {
    from {
      box-shadow: 0 0 color-mix(in oklab, var(--_accent) 40%, transparent);
    }

    to {
      box-shadow: 0 0 0 0.75em transparent;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }

  @media print {
    [part="button"],
    [part="panel"] {
      display: none !important;
    }
  }

  @media (forced-colors: active) {
    [part="button"],
    [part="submit"] {
      border-color: ButtonText;
      color: ButtonText;
    }

    :focus-visible {
      outline-color: Highlight;
    }

    .sign {
      border: 2px solid CanvasText;
    }
  }
`;
