import { css } from "lit";

/** Styles of a phone that is ringing or in a call. They follow `phoneStyles` and override them. */
export const phoneCallStyles = css`
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
  @container (max-width: 195px) {
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
