import { ValueError, type JsonObject, type ToolSchema } from "@tesserae/core";

/** What makes a {@link Handoff}. */
export interface HandoffInit {
  /** The name of the agent that goes on. */
  readonly target: string;
  /** Tells the model when to hand off. Default: `Handoff to <target>.` */
  readonly description?: string | undefined;
  /** The name of the tool the model calls. Default: `transfer_to_<target>` in lower case. */
  readonly name?: string | undefined;
  /** What the target is told. */
  readonly message?: string | undefined;
}

const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** A way for an agent to give the conversation to another: a tool for the model, a message for the target. */
export class Handoff {
  readonly target: string;
  readonly description: string;
  readonly name: string;
  readonly message: string;
  /** What the model is told about the handoff: a tool without parameters. */
  readonly toolSchema: ToolSchema;

  constructor(init: HandoffInit) {
    if (typeof init.target !== "string" || init.target === "") {
      throw new ValueError("A handoff needs a target: the name of the agent that goes on.");
    }
    this.target = init.target;
    this.description = init.description || `Handoff to ${init.target}.`;
    this.name = init.name ? checkedName(init.name) : generatedName(init.target);
    this.message = init.message || `Transferred to ${init.target}, adopting the role of ${init.target} immediately.`;
    this.toolSchema = {
      name: this.name,
      description: this.description,
      parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
      strict: true,
    };
  }

  /** The handoff as AutoGen writes it. */
  toJson(): JsonObject {
    return { target: this.target, description: this.description, name: this.name, message: this.message };
  }
}

function checkedName(name: string): string {
  if (!IDENTIFIER.test(name)) throw new ValueError(`Handoff name must be a valid identifier: '${name}'.`);
  return name;
}

/** A target's name may hold characters that the models' interfaces refuse in a tool's name. */
function generatedName(target: string): string {
  const name = `transfer_to_${target}`.toLowerCase();
  return TOOL_NAME.test(name) ? name : name.replace(/[^a-z0-9_-]/g, "_").slice(0, 64);
}
