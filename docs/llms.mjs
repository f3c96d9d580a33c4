import { readFileSync, readdirSync, writeFileSync } from "node:fs";

/**
 * Writes the documentation for readers that are programs, beside the built site: `llms.txt` names every page with its
 * first paragraph, `llms-full.txt` holds them all, without the API reference.
 */
const root = new URL("./", import.meta.url);
const dist = new URL(".vitepress/dist/", root);

const pages = ["quick-start.md", ...pagesIn("concepts/"), ...pagesIn("")]
  .filter((page, index, all) => page !== "index.md" && all.indexOf(page) === index)
  .map((page) => ({ page, text: readFileSync(new URL(page, root), "utf8") }));

/** @param {string} folder */
function pagesIn(folder) {
  return readdirSync(new URL(folder === "" ? "./" : folder, root))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => folder + name);
}

/** @param {string} text */
function summary(text) {
  const [, title = "", first = ""] = /^# (.*)\n+([^\n#|`][\s\S]*?)(?=\n\n|$)/.exec(text) ?? /^# (.*)/.exec(text) ?? [];
  return { title, first: first.replaceAll("\n", " ") };
}

const lines = pages.map(({ page, text }) => {
  const { title, first } = summary(text);
  return `- [${title}](/${page.replace(/\.md$/, "")})${first === "" ? "" : `: ${first}`}`;
});
const head =
  "# Tesserae\n\n> A TypeScript platform for teams of AI agents: every effect passes one seam, and can be recorded.";
writeFileSync(new URL("llms.txt", dist), `${head}\n\n## Pages\n\n${lines.join("\n")}\n`);
writeFileSync(new URL("llms-full.txt", dist), `${head}\n\n${pages.map(({ text }) => text).join("\n\n")}`);
