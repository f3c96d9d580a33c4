/** A server of the Model Context Protocol with a browser in it: one page, for as long as the server lives. */
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { findChromium } from "@tesserae/ext/agents/web-surfer";
import { chromium } from "playwright-core";
import { z } from "zod";

const executablePath = findChromium();
if (executablePath === undefined) throw new Error("There is no Chromium on this machine.");
const browser = await chromium.launch({ executablePath });
const page = await browser.newPage();
const said = (text: string): { content: [{ type: "text"; text: string }] } => ({ content: [{ type: "text", text }] });

const server = new McpServer({ name: "browser", version: "1.0.0" });
server.registerTool(
  "browser_navigate",
  { description: "Opens an address.", inputSchema: z.object({ url: z.string() }) },
  async ({ url }) => {
    await page.goto(url);
    return said(await page.title());
  },
);
server.registerTool(
  "browser_read",
  { description: "The text of the page that is open.", inputSchema: z.object({}), annotations: { readOnlyHint: true } },
  async () => said(await page.innerText("body")),
);
await server.connect(new StdioServerTransport());
process.stdin.once("end", () => void browser.close());
