import { UisCallButton } from "./uis-call-button.js";

declare global {
  interface HTMLElementTagNameMap {
    "uis-call-button": UisCallButton;
  }
}

// Some pages include the script twice. A second definition would throw an error, so the first definition stays.
if (!customElements.get("uis-call-button")) customElements.define("uis-call-button", UisCallButton);

export { UisCallButton };
