import type { JsonObject } from "@tesserae/core";
import { BaseTerminationCondition } from "./base-condition.ts";

/** A condition that looks at the new messages only and counts nothing. */
export abstract class CountlessCondition extends BaseTerminationCondition {
  protected override counted(): JsonObject {
    return {};
  }
}
