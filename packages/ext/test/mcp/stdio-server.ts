/** The test server as a child process. With `--broken` it says why it cannot start, with `--mute` it never
 * answers, with `--newest` it speaks the protocol of 2026 alone. */
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { inputRequired } from "@modelcontextprotocol/server";
import { makeServer } from "./make-server.ts";

const [how] = process.argv.slice(2);
if (how === "--broken") {
  process.stderr.write("cannot read the map of the house\n");
  process.exitCode = 1;
} else if (how === "--mute") {
  process.stdin.resume();
} else if (how === "--newest") {
  serveStdio(
    () => {
      const server = makeServer();
      // This version's servers ask by giving a question in place of a result, and are called again with the answer.
      server.setRequestHandler("tools/call", ({ params: { name } }, { mcpReq }) => {
        const { inputResponses } = mcpReq;
        if (inputResponses !== undefined) {
          return { content: [{ type: "text", text: JSON.stringify(inputResponses) }] };
        }
        if (name !== "order_dish") return { content: [{ type: "text", text: `called: ${name}` }] };
        const requestedSchema = { type: "object" as const, properties: { dish: { type: "string" as const } } };
        return inputRequired({
          inputRequests: { dish: inputRequired.elicit({ message: "Which dish?", requestedSchema }) },
        });
      });
      return server;
    },
    { legacy: "reject" },
  );
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
