import { startDemo } from "./demo.js";

const port = Number(process.env["PORT"] ?? "3000");
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  fail(`PORT: ${String(process.env["PORT"])} is not a port number`);

try {
  const demo = await startDemo({ port });
  console.log(`The call button's demo is at ${demo.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void demo.stop().then(() => process.exit(0)));
  }
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
  fail(
    `Port ${String(port)} is in use: stop what listens there, or choose another, e.g. PORT=${String(port + 1)} npm start`,
  );
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
