import type { Router } from "express";

/** A path of the backend, and the methods it has handlers of its own for; the rest is refused there. */
export interface TableRoute {
  path: string;
  methods: string[];
}

/** Every route of the backend, read from the router itself, so that none can be forgotten. */
export function routeTable({ stack }: Router): TableRoute[] {
  const found = new Map<string, Set<string>>();
  for (const { route, handle, slash } of stack as unknown as Layer[]) {
    if (route !== undefined) note(found, route.path, Object.keys(route.methods));
    const below = (handle as Partial<Router>).stack;
    if (below === undefined) continue;
    // What a router is mounted at cannot be read from it.
    if (!slash) throw new Error("mount routers without a path, and write it in their routes");
    for (const { path, methods } of routeTable(handle as Router)) note(found, path, methods);
  }
  return [...found].map(([path, methods]) => ({ path, methods: [...methods].sort() }));
}

function note(found: Map<string, Set<string>>, path: string, methods: readonly string[]): void {
  const known = found.get(path) ?? new Set<string>();
  for (const method of methods) if (method !== "_all") known.add(method.toUpperCase());
  found.set(path, known);
}

/** Of Express's router, as far as it is looked at here. */
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: unknown;
  slash: boolean;
}
