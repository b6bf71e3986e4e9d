import { CallButton } from "./call-button";

// So that the endpoint is the server's of today, not the build's.
export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <main>
      <h1>The call button in Next.js</h1>
      <CallButton endpoint={process.env.CALL_ENDPOINT ?? "http://localhost:4331/api"} />
    </main>
  );
}
