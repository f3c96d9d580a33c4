import type { ComponentDefinition } from "@tesserae/core";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { checkText } from "./check-arguments.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when a tool of this name was run. */
export class FunctionCallTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<FunctionCallTermination> = conditionComponent({
    name: "FunctionCallTermination",
    description: "Stops when a tool of this name was run.",
    properties: { function_name: { type: "string", minLength: 1 } },
    required: ["function_name"],
    toConfig: (condition) => ({ function_name: condition.functionName }),
    fromConfig: (config: { readonly function_name: string }) => new FunctionCallTermination(config.function_name),
  });

  readonly functionName: string;
  protected readonly source = "FunctionCallTermination";

  constructor(functionName: string) {
    super();
    checkText("name of the function of a FunctionCallTermination", functionName);
    this.functionName = functionName;
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    const wasRun = delta.some(
      (item) =>
        item.type === "ToolCallExecutionEvent" && item.content.some((result) => result.name === this.functionName),
    );
    return wasRun ? `Function '${this.functionName}' was executed.` : undefined;
  }
}
