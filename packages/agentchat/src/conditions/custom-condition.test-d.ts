import { expectTypeOf } from "vitest";
import type { StopMessage, StreamItem } from "../messages/types.ts";
import { BaseTerminationCondition } from "./base-condition.ts";

abstract class Named extends BaseTerminationCondition {
  protected readonly source = "Named";
}

// A yes or no, a reason, a message, nothing: at once or later.
export class ByBoolean extends Named {
  protected evaluate(delta: readonly StreamItem[]): boolean {
    return delta.length > 1;
  }
}
export class ByReason extends Named {
  protected async evaluate(delta: readonly StreamItem[]): Promise<string | undefined> {
    return delta[0]?.type;
  }
}
export class ByMessage extends Named {
  protected evaluate(delta: readonly StreamItem[]): StopMessage | undefined {
    return delta.find((item) => item.type === "StopMessage");
  }
}
export class ByNumber extends Named {
  // @ts-expect-error: a number says nothing
  protected evaluate(delta: readonly StreamItem[]): number {
    return delta.length;
  }
}
expectTypeOf(new ByBoolean()).toExtend<BaseTerminationCondition>();
