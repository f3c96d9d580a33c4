import type { ComponentDefinition } from "@tesserae/core";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { checkTexts } from "./check-arguments.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when one of the named senders has said something. */
export class SourceMatchTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<SourceMatchTermination> = conditionComponent({
    name: "SourceMatchTermination",
    description: "Stops when one of the named senders answers.",
    properties: { sources: { type: "array", items: { type: "string" } } },
    required: ["sources"],
    toConfig: (condition) => ({ sources: condition.sources }),
    fromConfig: (config: { readonly sources: readonly string[] }) => new SourceMatchTermination(config.sources),
  });

  readonly sources: readonly string[];
  protected readonly source = "SourceMatchTermination";

  constructor(sources: readonly string[]) {
    super();
    checkTexts("sources of a SourceMatchTermination", sources);
    this.sources = [...sources];
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    const item = delta.find(({ source }) => this.sources.includes(source));
    return item === undefined ? undefined : `'${item.source}' answered`;
  }
}
