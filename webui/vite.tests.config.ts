// The unit tests in tests/, bundled for Node.js: its own test runner runs them, so no other is needed.
import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

const tests = readdirSync("tests").filter((name) => name.endsWith(".test.ts"));

export default defineConfig({
  build: {
    ssr: true,
    outDir: "../build/webui-tests",
    emptyOutDir: true,
    target: "node20",
    rolldownOptions: {
      input: tests.map((name) => `tests/${name}`),
      output: { entryFileNames: "[name].mjs" },
    },
  },
  ssr: { noExternal: true },
});
