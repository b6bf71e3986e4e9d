import { CallButton } from "./call-button";

// Renders the page for each request, so that the endpoint is read from the environment of the running server.
export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <main>
      <h1>The call button in Next.js</h1>
      <CallButton endpoint={process.env.CALL_ENDPOINT ?? "http://localhost:4331/api"} />
    </main>
  );
}
