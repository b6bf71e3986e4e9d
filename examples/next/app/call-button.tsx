"use client";

import "@uis-call/widget/define";
import type { UisCallButton, UisCallStatusEvent } from "@uis-call/widget";
import type {} from "@uis-call/widget/react";
import { useEffect, useRef, useState } from "react";

export function CallButton({ endpoint }: { endpoint: string }) {
  const [status, setStatus] = useState("none");
  const ref = useRef<UisCallButton>(null);

  // Sets the property and the listener here, because React sets neither on custom elements during hydration.
  useEffect(() => {
    const button = ref.current!;
    const follow = ({ call }: UisCallStatusEvent) => setStatus(call.status);
    button.strings = { heading: "Talk to us" };
    button.addEventListener("uis-call-status", follow);
    return () => button.removeEventListener("uis-call-status", follow);
  }, []);

  return (
    <>
      <uis-call-button ref={ref} endpoint={endpoint} tenant="own" target="sales">
        <a href="tel:+74990000000">+7 499 000-00-00</a>
      </uis-call-button>
      <p>
        Call: <output>{status}</output>
      </p>
    </>
  );
}
