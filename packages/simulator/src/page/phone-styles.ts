import { css } from "lit";

/** Everything scales with the phone's width: 1em is a fixed share of it. */
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
    background: #30b75f;
  }
  .notice .mark.missed {
    background: #e5484d;
  }
  .notice svg {
    width: 1.3em;
    height: 1.3em;
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
  .who {
    padding: 2.2em 0.6em 0;
    text-align: center;
  }
  .who .number {
    font-size: 1.42em;
    font-weight: 600;
    letter-spacing: -0.01em;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .who .line {
    margin-top: 0.2em;
    font-size: 0.95em;
    opacity: 0.86;
    font-variant-numeric: tabular-nums;
  }
  .middle {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
    justify-content: center;
    padding: 0.9em 0.8em;
  }
  .avatar {
    position: relative;
    align-self: center;
    display: grid;
    place-items: center;
    width: 5.4em;
    height: 5.4em;
    border-radius: 50%;
    background: linear-gradient(150deg, #8c96ff, #5460e6);
  }
  .avatar svg {
    width: 2.5em;
    height: 2.5em;
  }
  .ringing .avatar::before,
  .ringing .avatar::after {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: 50%;
    border: 0.14em solid #ffffffb0;
    animation: pulse 1.8s ease-out infinite;
  }
  .ringing .avatar::after {
    animation-delay: 0.9s;
  }
  .ringing .device {
    animation: shake 1.8s ease-in-out infinite;
  }
  .keys {
    display: flex;
    justify-content: space-around;
    padding: 0 1em 1.3em;
  }
  .keys button {
    display: grid;
    justify-items: center;
    gap: 0.45em;
    padding: 0;
    border: 0;
    background: none;
    color: #fff;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  .keys .key {
    display: grid;
    place-items: center;
    width: 4em;
    height: 4em;
    border-radius: 50%;
    background: #e5484d;
    transition:
      transform 0.12s,
      filter 0.12s;
  }
  .keys .answer .key {
    background: #2fb65d;
  }
  .keys button:hover .key {
    filter: brightness(1.12);
  }
  .keys button:active .key {
    transform: scale(0.93);
  }
  .keys button:focus-visible {
    outline: none;
  }
  .keys button:focus-visible .key {
    outline: 2px solid #fff;
    outline-offset: 3px;
  }
  .keys svg {
    width: 1.85em;
    height: 1.85em;
  }
  .keys .down svg {
    transform: rotate(135deg);
  }
  .keys small {
    font-size: 0.85em;
  }
  .hears {
    display: flex;
    flex-direction: column;
    min-height: 0;
    padding: 0.85em 0.95em 0.95em;
    border-radius: 1.4em 1.4em 1.4em 0.35em;
    background: #fff;
    color: #171a26;
    animation: arrive 0.3s ease-out;
  }
  .hears.music,
  .hears.talk {
    align-items: center;
    text-align: center;
    border-radius: 1.4em;
    color: #fff;
    background: #ffffff26;
  }
  .hears .kind {
    display: flex;
    align-items: center;
    gap: 0.5em;
    margin-bottom: 0.4em;
    font-size: 0.8em;
    font-weight: 600;
    color: #4a55d8;
  }
  .hears.music .kind,
  .hears.talk .kind {
    color: #fff;
  }
  .hears .words {
    overflow: hidden auto;
    overflow-wrap: break-word;
    font-size: 1em;
    line-height: 1.38;
    scrollbar-width: none;
  }
  .hears .unsaid {
    color: #171a2666;
  }
  .hears .file {
    max-width: 100%;
    overflow-wrap: anywhere;
    font-size: 0.95em;
  }
  .wave {
    display: inline-flex;
    align-items: center;
    gap: 0.16em;
    height: 1.1em;
  }
  .wave.big {
    gap: 0.34em;
    height: 2.8em;
    margin: 0.3em 0 0.7em;
  }
  .wave i {
    width: 0.18em;
    height: 100%;
    border-radius: 1em;
    background: currentColor;
    transform: scaleY(0.25);
    animation: wave 1s ease-in-out infinite alternate;
  }
  .wave.big i {
    width: 0.34em;
  }
  .wave i:nth-child(2n) {
    animation-duration: 0.7s;
  }
  .wave i:nth-child(3n) {
    animation-duration: 0.55s;
    animation-delay: -0.3s;
  }
  .wave i:nth-child(5n) {
    animation-duration: 0.85s;
    animation-delay: -0.5s;
  }
  .hears.talk .wave {
    color: #6ee79b;
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
    .who {
      padding-top: 1.3em;
    }
    .who .number {
      font-size: 1.18em;
    }
    .avatar {
      width: 4.2em;
      height: 4.2em;
    }
    .keys {
      padding: 0 0.4em 0.8em;
    }
    .keys .key {
      width: 3.7em;
      height: 3.7em;
    }
    .hears .words {
      font-size: 0.95em;
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
    .wave.big {
      height: 2em;
    }
  }
  @keyframes pulse {
    from {
      opacity: 0.9;
    }
    to {
      transform: scale(2);
      opacity: 0;
    }
  }
  @keyframes shake {
    0%,
    50%,
    100% {
      transform: none;
    }
    5%,
    15%,
    25%,
    35% {
      transform: translateX(-0.16em) rotate(-0.9deg);
    }
    10%,
    20%,
    30%,
    40% {
      transform: translateX(0.16em) rotate(0.9deg);
    }
  }
  @keyframes wave {
    to {
      transform: none;
    }
  }
  @keyframes arrive {
    from {
      transform: translateY(0.6em);
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
    }
    .ringing .avatar::before {
      transform: scale(1.25);
    }
    .wave i:nth-child(2n) {
      transform: scaleY(0.6);
    }
  }
`;
