import { svg, type SVGTemplateResult } from "lit";

export const handset: SVGTemplateResult = svg`<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
  <path d="M6.6 10.8c1.4 2.8 3.8 5.1 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.2.2 2.4.6 3.6.1.3 0 .7-.2 1z" /></svg>`;

export const person: SVGTemplateResult = svg`<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
  <circle cx="12" cy="8" r="4.2" /><path d="M3.6 20.5c.6-4.4 4-7 8.4-7s7.800 2.600 8.400 7z" /></svg>`;

export const reception: SVGTemplateResult = svg`<svg viewBox="0 0 46 14" fill="currentColor" aria-hidden="true">
  <rect x="0" y="9" width="3" height="4" rx="1" /><rect x="5" y="6.500" width="3" height="6.500" rx="1" />
  <rect x="10" y="4" width="3" height="9" rx="1" /><rect x="15" y="1" width="3" height="12" rx="1" />
  <rect x="23.500" y="1.500" width="18" height="11" rx="3.200" fill="none" stroke="currentColor" opacity=".6" />
  <rect x="25.200" y="3.200" width="12" height="7.600" rx="1.800" /><rect x="43" y="5" width="1.600" height="4" rx=".8" opacity=".6" /></svg>`;
