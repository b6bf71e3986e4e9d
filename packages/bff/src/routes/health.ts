import type { Health } from "@uis-call/shared";
import { Router } from "express";
import { type Database, isWritable } from "../store/database.js";

/** `GET /health/live`: the process answers. `GET /health/ready`: it can keep what it accepts. UIS is in neither. */
export function healthRoutes(db: Database): Router {
  const router = Router();
  router.get("/health/live", (_request, response) => {
    response.json({ status: "ok" } satisfies Health);
  });
  router.get("/health/ready", async (_request, response) => {
    const ready: Health = (await isWritable(db))
      ? { status: "ok" }
      : { status: "unavailable", failed: ["database"] };
    response.status(ready.status === "ok" ? 200 : 503).json(ready);
  });
  return router;
}
