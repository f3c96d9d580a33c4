import { defineConfig, type DefaultTheme } from "vitepress";
import { readEntries } from "../entries.mjs";

const API: DefaultTheme.SidebarItem[] = readEntries().map(({ name }) => ({ text: name, link: `/api/${name}` }));

const CONCEPTS: DefaultTheme.SidebarItem[] = [
  ["Effects and the journal", "effects-and-journal"],
  ["Agents", "agents"],
  ["Teams", "teams"],
  ["Termination conditions", "conditions"],
  ["Model clients", "model-clients"],
  ["Tools and workbenches", "tools-and-workbenches"],
  ["Code execution", "code-execution"],
  ["Components and JSON", "components-and-json"],
].map(([text, page]) => ({ text: text ?? "", link: `/concepts/${page}` }));

export default defineConfig({
  title: "Tesserae",
  description: "A TypeScript platform for teams of AI agents",
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ["README.md"],
  themeConfig: {
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Concepts", link: "/concepts/effects-and-journal" },
      { text: "API", link: "/api/" },
    ],
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: {
      "/api/": [{ text: "API", link: "/api/", items: API }],
      "/": [
        { text: "Quick start", link: "/quick-start" },
        { text: "Concepts", items: CONCEPTS },
        {
          text: "Reference",
          items: [
            { text: "Command line", link: "/command-line" },
            { text: "Errors", link: "/errors" },
            { text: "API", link: "/api/" },
          ],
        },
        { text: "Coming from AutoGen", link: "/migration" },
        {
          text: "The project",
          items: [
            { text: "Decisions", link: "/decisions/" },
            { text: "Dependencies", link: "/dependencies" },
          ],
        },
      ],
    },
  },
});
