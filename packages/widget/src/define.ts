import { UisCallButton } from "./uis-call-button.js";

declare global {
  interface HTMLElementTagNameMap {
    "uis-call-button": UisCallButton;
  }
}

try {
  customElements.define("uis-call-button", UisCallButton);
} catch (error) {
  // A page that includes us twice is common; the first definition stays.
  if (!(error instanceof DOMException && error.name === "NotSupportedError")) throw error;
}

export { UisCallButton };
