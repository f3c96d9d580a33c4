import type { CallSite } from "../events/tessen-event.ts";
import type { Place } from "../recorder/finished-call.ts";
import type { ModelLeaf } from "./framework/model-leaf.ts";
import type { SdkCall } from "./sdk/sdk-call.ts";

/** What surrounds the running code, as far as capture must know it. Carried by `AsyncLocalStorage`; never changed. */
export interface Frame {
  /** The innermost place in a run of the framework. */
  readonly place: Place | undefined;
  /** The SDK call whose trunk is running. */
  readonly call: SdkCall | undefined;
  /** Where the user called the SDK: a helper may make its calls later, when the stack no longer shows it. */
  readonly site: CallSite | undefined;
  /** The model call of the framework that everything in here belongs to. */
  readonly leaf: ModelLeaf | undefined;
  /** True while an SDK's own transport runs: its requests are attempts that are counted already. */
  readonly owned: boolean;
}

/** Around code that no hook surrounds. */
export const OUTSIDE: Frame = Object.freeze({
  place: undefined,
  call: undefined,
  site: undefined,
  leaf: undefined,
  owned: false,
});
