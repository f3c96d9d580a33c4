/** The library as a child process: its loans live as long as it does. */
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { makeLibrary } from "./make-library.ts";

await makeLibrary([]).connect(new StdioServerTransport());
