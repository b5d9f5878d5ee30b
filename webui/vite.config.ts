// The page and the login page: dist/index.html, dist/login.html and what both load from dist/assets/.
import { defineConfig } from "vite";
import { fragments } from "./fragments.ts";

const server = process.env.ACRIDA_SERVER ?? "http://127.0.0.1:8089";

export default defineConfig({
  plugins: [fragments()],
  base: "./", // the server may live under a base path: every address is relative
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "login.html"] },
  },
  server: {
    proxy: Object.fromEntries(
      ["events", "swarm", "stop", "stats", "exceptions", "tasks", "logs", "series", "last-form", "user"].map(
        (path) => [`/${path}`, server],
      ),
    ),
  },
});
