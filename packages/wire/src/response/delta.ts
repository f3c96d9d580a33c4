import type { ProviderError } from "../errors/provider-error.ts";
import type { AssembledResponse, Citation } from "./assembled-response.ts";

/** A piece of an answer, as it comes. */
export type Delta =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  /** The reasoning that went on until now is over; it comes once for each stretch of thinking that was followed by something. */
  | { readonly type: "thinking-end" }
  | { readonly type: "refusal"; readonly text: string }
  /** `index` is the call's place in `toolCalls`; `id` and `name` are as known now (a name may grow, see the whole answer). */
  | { readonly type: "tool-call-start"; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: "tool-call-arguments"; readonly index: number; readonly text: string }
  | { readonly type: "citation"; readonly citation: Citation }
  /** The provider failed in mid-stream; nothing of use follows. */
  | { readonly type: "error"; readonly error: ProviderError };

/** Puts the events of one streamed answer together. Made for one stream; it is of no use after `finish`. */
export interface StreamAssembler {
  /** Takes one parsed event of the protocol; gives what it adds. Never throws, whatever the event is. */
  push(event: unknown): readonly Delta[];
  /** Takes the data of one server-sent event, or one line, as text; `[DONE]` is understood. Never throws. */
  pushData(data: string): readonly Delta[];
  /** True once the provider said that the answer is over. */
  readonly complete: boolean;
  /** True once the stream's last event was taken: nothing of use follows, whether or not the server closes the stream. */
  readonly ended: boolean;
  /** The answer as far as it came. */
  finish(): AssembledResponse;
}
