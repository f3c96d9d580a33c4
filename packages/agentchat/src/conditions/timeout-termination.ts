import type { ComponentDefinition, JsonObject } from "@tesserae/core";
import { checkNumber } from "../base/check-numbers.ts";
import type { ConditionContext } from "../base/termination-condition.ts";
import type { StreamItem } from "../messages/types.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when some time has passed. The clock starts at the first check and is looked at only at checks. */
export class TimeoutTermination extends BaseTerminationCondition {
  static readonly component: ComponentDefinition<TimeoutTermination> = conditionComponent({
    name: "TimeoutTermination",
    description: "Stops when some time has passed.",
    properties: { timeout_seconds: { type: "number", minimum: 0 } },
    required: ["timeout_seconds"],
    toConfig: (condition) => ({ timeout_seconds: condition.timeoutSeconds }),
    fromConfig: (config: { readonly timeout_seconds: number }) => new TimeoutTermination(config.timeout_seconds),
  });

  readonly timeoutSeconds: number;
  protected readonly source = "TimeoutTermination";
  #startedAt: number | undefined;

  constructor(timeoutSeconds: number) {
    super();
    checkNumber("timeoutSeconds", timeoutSeconds);
    this.timeoutSeconds = timeoutSeconds;
  }

  override reset(): void {
    this.#startedAt = undefined;
    void super.reset();
  }

  protected override counted(): JsonObject {
    return { started_at: this.#startedAt ?? null };
  }

  protected override recount({ started_at: startedAt }: JsonObject): void {
    this.#startedAt = typeof startedAt === "number" ? startedAt : undefined;
  }

  protected evaluate(_delta: readonly StreamItem[], context: ConditionContext | undefined): string | undefined {
    const now = context?.run.now() ?? Date.now();
    this.#startedAt ??= now;
    return now - this.#startedAt >= this.timeoutSeconds * 1000
      ? `Timeout of ${this.timeoutSeconds} seconds reached`
      : undefined;
  }
}
