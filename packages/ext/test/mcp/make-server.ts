import {
  ProtocolError,
  Server,
  type CallToolResult,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";

/** What a server remembers over its connections. */
export interface ServerMemory {
  /** The reasons of the requests that were cancelled. */
  readonly cancelled: string[];
  /** Which tools were called, with what. */
  readonly calls: { readonly name: string; readonly args: unknown }[];
}

const NO_ARGUMENTS = { type: "object" as const };

const TOOLS: readonly Tool[] = [
  {
    name: "echo",
    description: "Says the same.",
    inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    annotations: { readOnlyHint: true },
  },
  { name: "get_time", inputSchema: NO_ARGUMENTS, annotations: { idempotentHint: true } },
  { name: "order_dish", description: "Asks which.", inputSchema: NO_ARGUMENTS },
  { name: "generate_poem", description: "Asks a model.", inputSchema: NO_ARGUMENTS },
  { name: "ls", description: "Lists the roots.", inputSchema: NO_ARGUMENTS },
  {
    name: "draw",
    description: "Draws a tree of shapes.",
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { root: { $ref: "#/$defs/Node" }, tags: { type: "array" } },
      required: ["root"],
      $defs: {
        Node: {
          type: "object",
          properties: { label: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/Node" } } },
        },
      },
    },
  },
  { name: "gallery", description: "One part of every kind.", inputSchema: NO_ARGUMENTS },
  {
    name: "measure",
    inputSchema: NO_ARGUMENTS,
    outputSchema: { type: "object", properties: { degrees: { type: "number" } }, required: ["degrees"] },
  },
  { name: "fail", inputSchema: NO_ARGUMENTS },
  { name: "wait", description: "Until it is cancelled.", inputSchema: NO_ARGUMENTS },
  { name: "progress", description: "Reports until it is told to end.", inputSchema: NO_ARGUMENTS },
  { name: "memory", inputSchema: NO_ARGUMENTS },
  { name: "die", inputSchema: NO_ARGUMENTS },
];

/** The 1 by 1 pixel of a PNG file. */
export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const PROMPTS = [
  {
    name: "code_review",
    description: "Reviews code.",
    arguments: [{ name: "code", description: "What to review.", required: true }],
  },
  { name: "documentation", description: "Writes documentation." },
];

const RESOURCES = ["users", "projects"].map((name) => ({
  uri: `file:///company/${name}.json`,
  name,
  mimeType: "application/json",
}));

/** A server with the tools, prompts and resources of the tests; lists come two at a time. */
export function makeServer(memory: ServerMemory = { cancelled: [], calls: [] }): Server {
  const server = new Server(
    { name: "test-server", version: "1.2.3" },
    { capabilities: { tools: {}, prompts: {}, resources: {} }, instructions: "Be kind." },
  );
  server.setRequestHandler("tools/list", ({ params }) => page("tools", TOOLS, params?.cursor));
  server.setRequestHandler("prompts/list", ({ params }) => page("prompts", PROMPTS, params?.cursor));
  server.setRequestHandler("resources/list", ({ params }) => page("resources", RESOURCES, params?.cursor));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [{ uriTemplate: "file:///company/{name}.json", name: "company" }],
  }));
  server.setRequestHandler("prompts/get", ({ params: { name, arguments: args } }) => {
    if (!PROMPTS.some((prompt) => prompt.name === name)) throw new ProtocolError(-32602, `No prompt ${name}`);
    const text = args === undefined ? `${name}, please.` : `${name}: ${args["code"]}`;
    return { messages: [{ role: "user", content: { type: "text", text } }] };
  });
  server.setRequestHandler("resources/read", ({ params: { uri } }) => {
    const found = RESOURCES.find((resource) => resource.uri === uri);
    if (found === undefined) throw new ProtocolError(-32602, `No resource ${uri}`);
    return { contents: [{ uri, mimeType: found.mimeType, text: `{"${found.name}":[]}` }] };
  });
  server.setRequestHandler("tools/call", ({ params: { name, arguments: args = {} } }, context) => {
    memory.calls.push({ name, args });
    return call(name, args, memory, context);
  });
  return server;
}

async function call(
  name: string,
  args: Readonly<Record<string, unknown>>,
  memory: ServerMemory,
  context: ServerContext,
): Promise<CallToolResult> {
  switch (name) {
    case "echo":
      return text(`echo: ${String(args["text"])}`);
    case "get_time":
      return text("12:00");
    case "draw":
      return text(JSON.stringify(args));
    case "order_dish": {
      const requestedSchema = {
        type: "object" as const,
        properties: { dish: { type: "string" as const } },
        required: ["dish"],
      };
      const asked = context.mcpReq.send({
        method: "elicitation/create",
        params: { message: "Which dish?", requestedSchema },
      });
      return text(await asked.then(JSON.stringify, failure));
    }
    case "generate_poem": {
      const params = {
        messages: [{ role: "user" as const, content: { type: "text" as const, text: "A poem." } }],
        systemPrompt: "Rhyme.",
        maxTokens: 50,
        temperature: 0.5,
        stopSequences: ["END"],
      };
      return text(
        await context.mcpReq.send({ method: "sampling/createMessage", params }).then(JSON.stringify, failure),
      );
    }
    case "ls":
      return text(await context.mcpReq.send({ method: "roots/list" }).then(JSON.stringify, failure));
    case "gallery":
      return {
        content: [
          { type: "text", text: "See:" },
          { type: "image", data: PIXEL, mimeType: "image/png" },
          { type: "resource", resource: { uri: "http://example.com/test", text: "embedded" } },
          { type: "resource_link", uri: "http://example.com", name: "a link" },
          { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
        ],
      };
    case "measure":
      return { content: [], structuredContent: { degrees: 21.5 } };
    case "fail":
      return { content: [{ type: "text", text: "the kettle is empty" }], isError: true };
    case "wait":
      return new Promise((resolve) => {
        context.mcpReq.signal.addEventListener("abort", () => {
          memory.cancelled.push("wait");
          resolve(text("never read"));
        });
      });
    case "progress":
      return reportProgress(context);
    case "memory":
      return text(JSON.stringify(memory));
    case "die":
      process.stderr.write("the boiler burst\n");
      return process.exit(3);
    default:
      throw new ProtocolError(-32602, `Tool ${name} not found`);
  }
}

/** Reports eight times, each a while after the other; together they take longer than a client may wait for one. */
async function reportProgress({ mcpReq }: ServerContext): Promise<CallToolResult> {
  const progressToken = mcpReq._meta?.progressToken;
  for (let progress = 1; progress <= 8; progress += 1) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    if (progressToken !== undefined) {
      await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress } });
    }
  }
  return text("done");
}

function text(content: string): CallToolResult {
  return { content: [{ type: "text", text: content }] };
}

function failure(error: unknown): string {
  const code = error instanceof ProtocolError ? error.code : "no code";
  return `${code} ${error instanceof Error ? error.message : String(error)}`;
}

function page<Key extends string, Item>(
  key: Key,
  items: readonly Item[],
  cursor: string | undefined,
): { [K in Key]: Item[] } & { nextCursor?: string } {
  const from = cursor === undefined ? 0 : Number(cursor);
  const shown = { [key]: items.slice(from, from + 2) } as { [K in Key]: Item[] };
  return from + 2 < items.length ? { ...shown, nextCursor: String(from + 2) } : shown;
}
