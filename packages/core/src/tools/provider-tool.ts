import type { ComponentDefinition } from "../components/component.ts";
import { RuntimeError, ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { BaseTool } from "./base-tool.ts";
import type { ToolSchema } from "./tool.ts";

/** A tool in the form of the provider that runs it: its `type`, and whatever else the provider takes. */
export interface ProviderToolForm extends JsonObject {
  /** `web_search`, `web_fetch`, `code_execution` for whatever the provider has of that kind, or the provider's own word. */
  readonly type: string;
}

/**
 * A tool that the provider of a model runs itself: a search of the web, code in the provider's containers. It is offered
 * to the model among the others; its calls and results are part of the answer, and never come here.
 */
export class ProviderTool extends BaseTool<never> {
  static readonly component: ComponentDefinition<ProviderTool> = {
    provider: "tesserae.tools.ProviderTool",
    componentType: "tool",
    label: "ProviderTool",
    description: "A tool that the provider of the model runs.",
    schema: {
      type: "object",
      properties: {
        form: { type: "object", properties: { type: { type: "string", minLength: 1 } }, required: ["type"] },
      },
      required: ["form"],
    },
    toConfig: (tool) => ({ form: tool.form }),
    fromConfig: (config: { readonly form: ProviderToolForm }) => new ProviderTool(config.form),
  };

  readonly form: ProviderToolForm;
  readonly schema: ToolSchema;

  constructor(form: ProviderToolForm) {
    if (!isObject(form) || typeof form["type"] !== "string" || form["type"] === "") {
      throw new ValueError('A provider\'s tool needs its type: { type: "web_search" }.');
    }
    const name = typeof form["name"] === "string" ? form["name"] : form.type.replaceAll(/[^a-zA-Z0-9_-]/g, "_");
    super({ name, description: "" });
    this.form = form;
    this.schema = { name, provider: form };
  }

  override runJson(): Promise<never> {
    return Promise.reject(
      new RuntimeError(
        `The tool '${this.name}' is run by the provider, but a call of it came here. Is the client one that sends providers' tools?`,
      ),
    );
  }
}

/**
 * Makes a tool that the provider runs, for `tools` of a call or of an agent. `type` is the provider's own word with its
 * other members beside it, or one of `web_search`, `web_fetch` and `code_execution`, which every client writes as its
 * provider's version of it. A client whose provider has no such tool refuses the call before anything is sent.
 *
 * @throws ValueError without a type.
 * @example
 * new AssistantAgent({ name: "reader", modelClient, tools: [providerTool({ type: "web_search", max_uses: 3 })] });
 */
export function providerTool(form: ProviderToolForm): ProviderTool {
  return new ProviderTool(form);
}
