import { fileURLToPath } from "node:url";
import { Router } from "express";

/**
 * Folder with the files that Vite has built from `src/page`. The relative path is correct from `src/page` and from
 * `dist/page`.
 */
const folder = fileURLToPath(new URL("../../dist/page-bundle/", import.meta.url));

/**
 * Serves the simulator's page at `/`, the script with the elements of the page, and the licences of the code in that
 * script.
 */
export function pageFiles(): Router {
  const router = Router();
  router.get("/", (request, response) => {
    const language = request.acceptsLanguages("en", "ru") || "en";
    response.vary("Accept-Language").type("html").send(page(language, request.baseUrl));
  });
  for (const name of ["exchange.js", "exchange-licenses.txt"])
    router.get(`/${name}`, (_request, response) => {
      // Allows requests from all origins, so that any page can show the phones of the simulator.
      response.set({ "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache" });
      // Passes the folder as `root`. Otherwise Express would refuse a path that contains a dot folder, such as pnpm's
      // `.pnpm`.
      response.sendFile(name, { root: folder }, (error) => {
        if (!error || response.headersSent) return;
        response.status(404).type("text").send("Not built yet: vite build packages/simulator\n");
      });
    });
  return router;
}

const page = (language: string, base: string): string => `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>UIS simulator</title>
    <link rel="icon" href="data:," />
    <script type="module" src="${base}/exchange.js"></script>
  </head>
  <body>
    <uis-exchange base="${base}"></uis-exchange>
  </body>
</html>
`;
