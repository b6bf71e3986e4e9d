import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Calling…",
  heading: "Request a call",
  callHeading: "Call {whom}",
  callHint: "We'll call your phone and connect you.",
  call: "Call",
  phone: "Your phone number",
  phoneHint: "We'll call right away and connect you.",
  privacy: "Privacy policy",
  submit: "Call me",
  sending: "Sending…",
  again: "Call again",
  retry: "Try again",
  close: "Close",
  offline: "You're offline. Try again when you're back online.",
  loading: "One moment…",
  callUs: "Or call us yourself:",
  network: "No response from our server. Please try again.",
  headings: { placed: "Connected" },
  status: {
    dialing: "We are calling. Keep your phone nearby.",
    placed: "You are connected. Enjoy your call!",
  },
};
