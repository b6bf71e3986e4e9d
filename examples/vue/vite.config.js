import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// Tells Vue that this is a custom element; tsconfig.json's vueCompilerOptions repeat it.
const isCustomElement = (tag) => tag.startsWith("uis-");

export default defineConfig({ plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] });
