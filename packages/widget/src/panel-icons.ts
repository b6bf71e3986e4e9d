import { icon } from "./icons.js";

export const closeIcon = icon("m7 5.6 5 5 5-5L18.4 7l-5 5 5 5-1.4 1.4-5-5-5 5L5.6 17l5-5-5-5z");

export const doneIcon = icon("m9 16.2-4.2-4.2-1.4 1.4L9 19 21 7l-1.4-1.4z");
