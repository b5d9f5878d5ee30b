// What the heads of the pages have in common stands once, in fragments/: <!--include NAME--> is replaced by that file.
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

export function fragments(): Plugin {
  return {
    name: "fragments",
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html.replaceAll(/<!--include ([\w.-]+)-->\n/g, (_mark, name: string) =>
          readFileSync(new URL(`fragments/${name}`, import.meta.url), "utf8"),
        ),
    },
  };
}
