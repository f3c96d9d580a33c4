import { SystemMessage, ValueError, type LLMMessage, type RunContext } from "@tesserae/core";
import type { OfferedTools } from "./offered-tools.ts";
import type { AssistantSettings } from "./settings.ts";
import type { PreparedStep, PrepareStep, ToolStep } from "./tool-loop.ts";

/** What a model call is made with. */
export interface PreparedCall extends Pick<PreparedStep, "toolChoice" | "extraCreateArgs"> {
  readonly modelClient: AssistantSettings["modelClient"];
  readonly system: AssistantSettings["system"];
  readonly messages: readonly LLMMessage[];
  readonly offered: OfferedTools;
}

/** Asks the user's function about a model call, and completes what it says. */
export async function prepareCall(
  prepareStep: PrepareStep,
  usual: PreparedCall,
  request: { readonly purpose: "reply" | "reflect"; readonly steps: readonly ToolStep[] },
  context: RunContext,
): Promise<PreparedCall> {
  const { modelClient, messages, offered } = usual;
  const { purpose, steps } = request;
  const { tools } = offered;
  const said =
    (await prepareStep({ stepNumber: steps.length, steps, purpose, modelClient, messages, tools, context })) ?? {};
  const { systemMessage, activeTools } = said;
  return {
    modelClient: said.modelClient ?? modelClient,
    messages: said.messages ?? messages,
    system:
      systemMessage === undefined
        ? usual.system
        : systemMessage === null
          ? []
          : [SystemMessage({ content: systemMessage })],
    // A reflection is offered none.
    offered: activeTools !== undefined && tools.length > 0 ? activeOf(offered, activeTools) : offered,
    toolChoice: said.toolChoice,
    extraCreateArgs: said.extraCreateArgs,
  };
}

function activeOf({ tools, owners }: OfferedTools, names: readonly string[]): OfferedTools {
  const unknown = names.filter((name) => !tools.some((tool) => tool.name === name));
  if (unknown.length > 0) {
    const there = tools.map((tool) => tool.name).join(", ");
    throw new ValueError(`prepareStep names tools that are not offered: ${unknown.join(", ")}. There are: ${there}.`);
  }
  return {
    tools: tools.filter(({ name }) => names.includes(name)),
    owners: new Map([...owners].filter(([name]) => names.includes(name))),
  };
}
