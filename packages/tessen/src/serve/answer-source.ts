import type { ScriptedAnswer } from "./script/script.ts";
import type { TrafficRequest } from "./traffic-request.ts";

/** An answer as bytes. */
export interface Reply {
  readonly status: number;
  /** Without those that frame the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body: the events of a stream one by one, anything else in one piece. */
  readonly pieces: readonly (string | Uint8Array)[];
  /** True when the pieces are paced. */
  readonly stream: boolean;
}

/** What a source has for a request. */
export interface FoundAnswer {
  /** Where it stands, for people: `script /rules/0`, `recordings openai/one.json #2`. */
  readonly from: string;
  /** To be written in the protocol of the request, or bytes as they are. */
  readonly answer: ScriptedAnswer | Reply;
}

/** Where answers come from. */
export interface AnswerSource {
  /** Names for `GET /v1/models`. */
  readonly models: readonly string[];
  /** The answer; `undefined` when the source has none to this request. */
  answer(request: TrafficRequest): FoundAnswer | undefined | Promise<FoundAnswer | undefined>;
  /** A sentence about what comes nearest to a request that got no answer; `undefined` when nothing does. */
  nearest(request: TrafficRequest): string | undefined;
}

/** True for an answer that is bytes already. */
export function isReply(answer: ScriptedAnswer | Reply): answer is Reply {
  return "pieces" in answer;
}
