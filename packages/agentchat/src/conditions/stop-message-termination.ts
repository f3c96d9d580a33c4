import type { ComponentDefinition } from "@tesserae/core";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when a stop message comes. */
export class StopMessageTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<StopMessageTermination> = conditionComponent({
    name: "StopMessageTermination",
    description: "Stops when a stop message comes.",
    properties: {},
    required: [],
    toConfig: () => ({}),
    fromConfig: () => new StopMessageTermination(),
  });

  protected readonly source = "StopMessageTermination";

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    return delta.some((item) => item.type === "StopMessage") ? "Stop message received" : undefined;
  }
}
