import { css } from "lit";

/**
 * Styles of the phone and its lock screen. 1em is a fixed part of the phone's width, so that everything grows and
 * shrinks with the phone.
 */
export const phoneStyles = css`
  :host {
    container-type: inline-size;
    width: 100%;
    max-width: 250px;
    user-select: none;
  }
  .device {
    font-size: calc(100cqi / 17.5);
    position: relative;
    aspect-ratio: 9 / 18.6;
    padding: 0.55em;
    border-radius: 3.1em;
    background: linear-gradient(135deg, #5b5f69, #23252b 22%, #16171b 60%, #4a4d55);
    box-shadow:
      0 0 0 1px #00000040,
      inset 0 0 0 0.1em #8b8f9a66,
      0 1.6em 3em -1.2em #0b102059,
      0 0.4em 1em -0.4em #0b102040;
  }
  .device::before,
  .device::after {
    content: "";
    position: absolute;
    width: 0.22em;
    border-radius: 0.2em;
    background: #3a3d45;
  }
  .device::before {
    right: -0.2em;
    top: 9em;
    height: 3.6em;
  }
  .device::after {
    left: -0.2em;
    top: 7.4em;
    height: 2.4em;
    box-shadow: 0 3.2em #3a3d45;
  }
  .screen {
    position: relative;
    height: 100%;
    display: flex;
    flex-direction: column;
    overflow: hidden;
    border-radius: 2.6em;
    color: #fff;
    background:
      radial-gradient(120% 70% at 15% 0%, #6f7bff, transparent 60%),
      radial-gradient(110% 70% at 100% 35%, #b455d8, transparent 60%), linear-gradient(#2a2f86, #171a44);
  }
  :host([party="office"]) .screen {
    background:
      radial-gradient(120% 70% at 85% 0%, #1fb6a6, transparent 60%),
      radial-gradient(110% 70% at 0% 40%, #2a78c9, transparent 62%), linear-gradient(#0d4a5c, #0a2138);
  }
  :host([state="call"]) .screen::before {
    content: "";
    position: absolute;
    inset: 0;
    background: linear-gradient(#0b0d1a99, #0b0d1acc);
  }
  .screen > * {
    position: relative;
  }
  .island {
    position: absolute;
    z-index: 1;
    top: 0.65em;
    left: 50%;
    width: 4.8em;
    height: 1.35em;
    transform: translateX(-50%);
    border-radius: 1em;
    background: #050507;
  }
  .status {
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding: 0.75em 1.35em 0;
    font-size: 0.86em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .status svg {
    height: 0.85em;
    width: auto;
    display: block;
  }
  .lock {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    padding: 2.4em 0.9em 0;
    text-align: center;
  }
  .lock .date {
    font-size: 0.95em;
    font-weight: 500;
    opacity: 0.9;
  }
  .lock .clock {
    font-size: 4.5em;
    line-height: 1.1;
    font-weight: 600;
    letter-spacing: -0.03em;
    font-variant-numeric: tabular-nums;
  }
  .notice {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 0.7em;
    align-items: center;
    width: 100%;
    margin-top: 1.6em;
    padding: 0.8em;
    border-radius: 1.3em;
    text-align: left;
    background: #ffffff2e;
    backdrop-filter: blur(12px);
    animation: arrive 0.4s ease-out;
  }
  .notice .mark {
    grid-row: span 2;
    display: grid;
    place-items: center;
    width: 2.3em;
    height: 2.3em;
    border-radius: 0.65em;
    background: #e5484d;
  }
  .notice svg {
    width: 1.3em;
    height: 1.3em;
    transform: rotate(135deg);
  }
  .notice b {
    font-size: 0.92em;
    line-height: 1.25;
  }
  .notice small {
    font-size: 0.82em;
    opacity: 0.9;
    white-space: nowrap;
  }
  .home {
    flex: none;
    align-self: center;
    width: 6em;
    height: 0.28em;
    margin-bottom: 0.55em;
    border-radius: 1em;
    background: #ffffffc0;
  }
  figure {
    margin: 0;
  }
  figcaption {
    margin-top: 0.75rem;
    text-align: center;
    font-size: 0.9375rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  figcaption span {
    display: block;
    min-height: 1.3em;
    font-size: 0.8125rem;
    font-weight: 400;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  @container (max-width: 195px) {
    .device {
      font-size: calc(100cqi / 13.4);
      aspect-ratio: 9 / 18;
      border-radius: 2.4em;
      padding: 0.42em;
    }
    .screen {
      border-radius: 2em;
    }
    .island {
      top: 0.55em;
      width: 3.6em;
      height: 1.1em;
    }
    .status {
      padding: 0.6em 1em 0;
      font-size: 0.8em;
    }
    .lock {
      padding: 1.6em 0.6em 0;
    }
    .lock .date {
      font-size: 0.82em;
      white-space: nowrap;
    }
    .lock .clock {
      font-size: 3.4em;
    }
    .notice {
      gap: 0 0.5em;
      padding: 0.6em;
      margin-top: 1em;
    }
    .notice .mark {
      width: 1.8em;
      height: 1.8em;
    }
    .notice small {
      font-size: 0.78em;
      letter-spacing: -0.02em;
    }
  }
  @keyframes arrive {
    from {
      transform: translateY(0.6em);
      opacity: 0;
    }
  }
  /* Writes numbers from left to right, also in scripts that are written from right to left. */
  .number,
  .notice small,
  figcaption span {
    direction: ltr;
    unicode-bidi: isolate;
  }
  @media (forced-colors: active) {
    .device,
    .island {
      border: 2px solid CanvasText;
    }
  }
`;
