import { svg } from "lit";

const icon = (path: string) => svg`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

/** Handset. */
export const phoneIcon = icon(
  "M6.600 10.800a15.100 15.100 0 0 0 6.600 6.600l2.200-2.200a1 1 0 0 1 1-.25 11.400 11.400 0 0 0 3.600.57 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.500a1 1 0 0 1 1 1c0 1.250.2 2.450.57 3.570a1 1 0 0 1-.25 1z",
);

export const closeIcon = icon(
  "M18.300 5.710 12 12.010l-6.300-6.300-1.410 1.410 6.300 6.300-6.300 6.300 1.410 1.410 6.300-6.300 6.300 6.300 1.410-1.410-6.300-6.300 6.300-6.300z",
);

export const doneIcon = icon("M9 16.170 4.830 12l-1.420 1.410L9 19 21 7l-1.410-1.410z");
