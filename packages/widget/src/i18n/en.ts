import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Calling…",
  heading: "We will call you back",
  callHeading: "Call: {whom}",
  callHint: "We call your phone and connect you.",
  call: "Call",
  phone: "Your phone number",
  phoneHint: "We call it at once and connect you.",
  privacy: "Privacy policy",
  submit: "Call me",
  sending: "Sending…",
  again: "Call again",
  close: "Close",
  offline: "You are offline. Check your connection.",
  loading: "One moment…",
  network: "We could not be reached. Check your connection and try again.",
  status: {
    dialing: "We are calling. Keep your phone at hand.",
    placed: "You are connected. Have a good talk!",
  },
};
