import { defineConfig, type DefaultTheme } from "vitepress";
import { readEntries } from "../entries.mjs";

const API: DefaultTheme.SidebarItem[] = readEntries().map(({ name }) => ({ text: name, link: `/api/${name}` }));

const CONCEPTS: DefaultTheme.SidebarItem[] = [
  ["Agents", "agents"],
  ["Messages and events", "messages"],
  ["Teams", "teams"],
  ["Termination conditions", "conditions"],
  ["Runs", "runs"],
  ["Conversations", "conversations"],
  ["User interfaces", "user-interfaces"],
  ["On the web", "web"],
  ["Workers and queues", "workers"],
  ["Tools and workbenches", "tools-and-workbenches"],
  ["Servers of the MCP", "mcp"],
  ["Middleware", "middleware"],
  ["Model contexts and memory", "model-contexts-and-memory"],
  ["Memories that search", "memories"],
  ["Model clients", "model-clients"],
  ["Inputs: images, files, effort", "inputs"],
  ["Code execution", "code-execution"],
  ["A browser: MultimodalWebSurfer", "web-surfer"],
  ["Components and JSON", "components-and-json"],
  ["Effects and the journal", "effects-and-journal"],
  ["The recorder: tessen", "recorder"],
  ["The gateway: tessera", "gateway"],
  ["Diagnostics channels", "diagnostics"],
  ["The actor runtime", "actor-runtime"],
  ["Agents in several processes", "distributed"],
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
      { text: "Concepts", link: "/concepts/agents" },
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
          text: "Guides",
          items: [
            { text: "Examples", link: "/examples" },
            { text: "Testing your agents", link: "/testing" },
            { text: "Coming from AutoGen", link: "/migration" },
            { text: "Coming from AutoGen 0.2", link: "/migration-v02" },
            { text: "Names of AutoGen", link: "/parity" },
            { text: "When not to use this", link: "/when-not" },
            { text: "Security", link: "/security" },
            { text: "Performance and cost", link: "/performance" },
            { text: "Troubleshooting", link: "/troubleshooting" },
          ],
        },
        {
          text: "Reference",
          items: [
            { text: "Command line", link: "/command-line" },
            { text: "Errors", link: "/errors" },
            { text: "API", link: "/api/" },
          ],
        },
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
