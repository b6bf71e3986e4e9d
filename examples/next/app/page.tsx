import { CallButton } from "./call-button";

// Renders at request time, so that the endpoint is read from the running server's environment.
export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <main>
      <h1>The call button in Next.js</h1>
      <CallButton endpoint={process.env.CALL_ENDPOINT ?? "http://localhost:4331/api"} />
    </main>
  );
}
