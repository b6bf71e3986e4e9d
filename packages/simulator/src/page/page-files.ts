import { fileURLToPath } from "node:url";
import { Router } from "express";

/** Vite's build of `src/page`; the path is right from `src` and from `dist`. */
const folder = fileURLToPath(new URL("../../dist/page-bundle/", import.meta.url));

/** Serves the simulator's page at `/`, its elements at `/exchange.js`, and the licences of the code in them. */
export function pageFiles(): Router {
  const router = Router();
  router.get("/", (request, response) => {
    const language = request.acceptsLanguages("en", "ru") || "en";
    response.vary("Accept-Language").type("html").send(page(language, request.baseUrl));
  });
  for (const name of ["exchange.js", "exchange-licenses.txt"])
    router.get(`/${name}`, (_request, response) => {
      // Open to all origins: any page may show the phones.
      response.set({ "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache" });
      // Needs `root`: Express sends no files below dot folders such as pnpm's `.pnpm`.
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
