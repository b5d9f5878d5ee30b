// The report: one file, dist/report.html, with its scripts and styles inside, so that it opens from a disk or a mail.
import { defineConfig, type Plugin } from "vite";
import { fragments } from "./fragments.ts";

function insideOnePage(): Plugin {
  return {
    name: "inside-one-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["report.html"];
      if (page?.type !== "asset") this.error("report.html was not built");
      let html = String(page.source);
      for (const [name, item] of Object.entries(bundle)) {
        const address = `(?:\\./)?${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;
        if (item.type === "chunk") {
          // "</script" inside a string of the code would end the element.
          const code = item.code.replaceAll("</script", "<\\/script");
          html = html.replace(new RegExp(`<script[^>]*src="${address}"[^>]*></script>`), () => "");
          html = html.replace("</body>", () => `<script type="module">${code}</script></body>`);
        } else if (name.endsWith(".css")) {
          html = html.replace(
            new RegExp(`<link[^>]*href="${address}"[^>]*>`),
            () => `<style>${item.source}</style>`,
          );
        } else {
          continue;
        }
        delete bundle[name];
      }
      page.source = html;
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [fragments(), insideOnePage()],
  build: {
    outDir: "dist",
    emptyOutDir: false,
    assetsInlineLimit: 1_000_000,
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: { input: ["report.html"], output: { codeSplitting: false } },
  },
});
