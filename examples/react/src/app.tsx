import "@uis-call/widget/define";
import type {} from "@uis-call/widget/react";
import { useState } from "react";

const overrides = { heading: "Talk to us" };

export function App() {
  const [status, setStatus] = useState("none");
  return (
    <main>
      <h1>The call button in React</h1>
      <uis-call-button
        endpoint="http://localhost:4331/api"
        tenant="own"
        target="sales"
        strings={overrides}
        onuis-call-status={({ call }) => setStatus(call.status)}
      >
        <a href="tel:+74990000000">+7 499 000-00-00</a>
      </uis-call-button>
      <p>
        Call: <output>{status}</output>
      </p>
    </main>
  );
}
