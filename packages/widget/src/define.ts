import { UisCallButton } from "./uis-call-button.js";

declare global {
  interface HTMLElementTagNameMap {
    "uis-call-button": UisCallButton;
  }
}

// Pages often include the script twice: the first definition stays.
if (!customElements.get("uis-call-button")) customElements.define("uis-call-button", UisCallButton);

export { UisCallButton };
