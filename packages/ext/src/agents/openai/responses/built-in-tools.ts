import { isObject, MASKED_SECRET, ValueError, type Json, type JsonObject } from "@tesserae/core";

/** A tool that OpenAI runs, as its interface has it: a `type`, and what the tool takes. */
export interface BuiltInTool extends JsonObject {
  readonly type: string;
}

/** The tools that need no more than their name. */
export type BuiltInToolName = "web_search_preview" | "image_generation" | "local_shell";

/** The one model that `local_shell` is there for. */
const SHELL_MODEL = "codex-mini-latest";

type Check = (value: Json | undefined) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isNumber: Check = (value) => typeof value === "number";
const isTextOrObject: Check = (value) => isText(value) || isObject(value);
const areTexts: Check = (value) => Array.isArray(value) && value.length > 0 && value.every((one: Json) => isText(one));

/** What a tool must have; its members in words, for errors. */
interface Rules {
  readonly required: Readonly<Record<string, readonly [words: string, check: Check]>>;
  readonly optional?: Readonly<Record<string, readonly [words: string, check: Check]>>;
}

const OPTIONAL_TEXT = ["text", isText] as const;
const OPTIONAL_OBJECT = ["object", isObject] as const;

const RULES: Readonly<Record<string, Rules>> = {
  web_search_preview: {
    required: {},
    optional: { user_location: ["text or object", isTextOrObject], search_context_size: OPTIONAL_TEXT },
  },
  image_generation: {
    required: {},
    optional: { background: OPTIONAL_TEXT, input_image_mask: ["text or object", isTextOrObject] },
  },
  local_shell: { required: {} },
  file_search: {
    required: { vector_store_ids: ["list of text", areTexts] },
    optional: { max_num_results: ["number", isNumber], ranking_options: OPTIONAL_OBJECT, filters: OPTIONAL_OBJECT },
  },
  code_interpreter: { required: { container: ["text or object", isTextOrObject] } },
  computer_use_preview: {
    required: {
      display_height: ["number", isNumber],
      display_width: ["number", isNumber],
      environment: ["text", isText],
    },
  },
  mcp: {
    required: { server_label: ["text", isText], server_url: ["text", isText] },
    optional: {
      allowed_tools: ["list of text or object", (value) => Array.isArray(value) || isObject(value)],
      headers: OPTIONAL_OBJECT,
      require_approval: ["true, false, text or object", (value) => typeof value === "boolean" || isTextOrObject(value)],
    },
  },
};

/**
 * A tool that OpenAI runs, checked. A type that is not known here is passed on as it is.
 *
 * @throws ValueError for an unknown name, a name alone where the tool needs more, and members that do not fit.
 */
export function builtInTool(tool: string | JsonObject, model: string): BuiltInTool {
  const type = typeof tool === "string" ? tool : tool["type"];
  if (typeof type !== "string" || type === "")
    throw new ValueError('A tool of OpenAI\'s needs its type: { type: "mcp", … }.');
  const rules = RULES[type];
  if (type === "local_shell" && model !== SHELL_MODEL) {
    throw new ValueError(
      `The tool 'local_shell' is only supported with the model '${SHELL_MODEL}', and this is '${model}'. ` +
        "To run commands with another model, give it a tool of your own.",
    );
  }
  if (typeof tool === "string") {
    if (rules === undefined) {
      throw new ValueError(
        `Unsupported built-in tool type: '${type}'. By name there are web_search_preview, image_generation and local_shell.`,
      );
    }
    const required = Object.entries(rules.required);
    if (required.length > 0) {
      const members = required.map(([name, [words]]) => `${name} (${words})`).join(", ");
      throw new ValueError(
        `The tool '${type}' requires specific parameters: give { type: "${type}", … } with ${members}.`,
      );
    }
    return { type };
  }
  const checked: BuiltInTool = { ...tool, type };
  if (rules !== undefined) checkMembers(checked, rules);
  return checked;
}

function checkMembers(tool: BuiltInTool, { required, optional = {} }: Rules): void {
  for (const [name, [words, check]] of Object.entries(required)) {
    // A connector of OpenAI's stands for the address of a server.
    if (name === "server_url" && tool["connector_id"] !== undefined) continue;
    if (!check(tool[name])) throw new ValueError(`The tool '${tool.type}' needs ${name}: ${words}.`);
  }
  for (const [name, [words, check]] of Object.entries(optional)) {
    const value = tool[name];
    if (value === undefined || value === null || check(value)) continue;
    throw new ValueError(`The tool '${tool.type}' has a ${name} that does not fit: it must be ${words}.`);
  }
  if (JSON.stringify([tool["headers"] ?? null, tool["authorization"] ?? null]).includes(MASKED_SECRET)) {
    throw new ValueError(
      `The tool '${tool.type}' has secrets that are masked (${MASKED_SECRET}): give the real values.`,
    );
  }
}

/** A tool as it goes out: AutoGen's flag for approvals is a word of the interface's. */
export function wireTool(tool: BuiltInTool): JsonObject {
  const { require_approval: approval } = tool;
  return typeof approval === "boolean" ? { ...tool, require_approval: approval ? "always" : "never" } : tool;
}

/** Whether the provider may ask for the approval of a call: it does unless it is told never to. */
export function mayAskForApproval(tool: BuiltInTool): boolean {
  return tool.type === "mcp" && wireTool(tool)["require_approval"] !== "never";
}
