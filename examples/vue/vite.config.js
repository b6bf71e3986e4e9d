import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// Tells Vue which tags are custom elements. `vueCompilerOptions` in tsconfig.json tells it to the type checker.
const isCustomElement = (tag) => tag.startsWith("uis-");

export default defineConfig({ plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] });
