import { join } from "node:path";
import "./published-event-source.ts";
import { StdioServerParams } from "../../src/tools/mcp/index.ts";

/** How the test server is started, in one of its ways. What it answers late on a loaded machine is still an answer. */
export function stdioServer(...args: readonly string[]): StdioServerParams {
  const file = join(import.meta.dirname, "stdio-server.ts");
  return StdioServerParams({ command: process.execPath, args: [file, ...args], readTimeoutSeconds: 60 });
}
