/** The test server as a child process. With `--broken` it says why it cannot start, with `--mute` it never answers. */
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { makeServer } from "./make-server.ts";

const [how] = process.argv.slice(2);
if (how === "--broken") {
  process.stderr.write("cannot read the map of the house\n");
  process.exitCode = 1;
} else if (how === "--mute") {
  process.stdin.resume();
} else if (how === "--environment") {
  const server = makeServer();
  server.setRequestHandler("tools/call", () => ({
    content: [
      {
        type: "text",
        text: JSON.stringify({ names: Object.keys(process.env), mine: process.env["MINE"], cwd: process.cwd() }),
      },
    ],
  }));
  await server.connect(new StdioServerTransport());
} else {
  await makeServer().connect(new StdioServerTransport());
}
