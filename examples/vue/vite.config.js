import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// Vue is to leave the element alone, here and in tsconfig.json's vueCompilerOptions.
const isCustomElement = (tag) => tag.startsWith("uis-");

export default defineConfig({ plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] });
