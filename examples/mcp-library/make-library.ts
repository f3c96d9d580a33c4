/** A server of the Model Context Protocol for the examples: a small library. What it has lent is in `loans`. */
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

const SHELVES = new Map([
  ["Mosaics of Ravenna", "A 3"],
  ["The Alhambra in Tiles", "B 1"],
]);

const said = (text: string): { content: [{ type: "text"; text: string }] } => ({ content: [{ type: "text", text }] });

export function makeLibrary(loans: string[]): McpServer {
  const server = new McpServer({ name: "library", version: "1.0.0" });
  server.registerTool(
    "find",
    {
      description: "Where a book stands.",
      inputSchema: z.object({ title: z.string() }),
      annotations: { readOnlyHint: true },
    },
    ({ title }) => said(loans.includes(title) ? "on loan" : (SHELVES.get(title) ?? "not in this library")),
  );
  server.registerTool(
    "borrow",
    { description: "Borrows a book.", inputSchema: z.object({ title: z.string() }) },
    ({ title }) => said(`you have ${loans.push(title)} of 3 books`),
  );
  server.registerResource("rules", "library://rules", { mimeType: "text/plain" }, ({ href }) => ({
    contents: [{ uri: href, text: "Three books, four weeks." }],
  }));
  return server;
}
