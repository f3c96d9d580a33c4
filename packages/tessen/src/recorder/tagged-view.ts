import type { Json } from "@tesserae/wire";
import type { CallFailure, TaggedCall, TaggedProtocol } from "../tags/tagged-call.ts";
import type { FinishedCall } from "./finished-call.ts";
import { parseText } from "./raw.ts";

/** A finished call as the tags look at it. The request is parsed when somebody asks for it: most tags do not. */
export class TaggedView implements TaggedCall {
  readonly protocol: TaggedProtocol;
  readonly provider: string;
  readonly status: "ok" | "error";
  readonly httpStatus?: number;
  readonly errorType?: string;
  readonly failure?: CallFailure;
  readonly response: Json | undefined;
  readonly streamed: boolean;
  readonly isCut: boolean;
  readonly #text: string | undefined;
  #request: Json | undefined;
  #isParsed = false;

  constructor(call: FinishedCall, errorType: string | undefined) {
    this.protocol = call.protocol ?? "unknown";
    this.provider = call.provider;
    this.status = call.status;
    if (call.httpStatus !== undefined) this.httpStatus = call.httpStatus;
    if (errorType !== undefined) this.errorType = errorType;
    if (call.failure !== undefined) this.failure = call.failure;
    this.response = call.response;
    this.streamed = call.streamed;
    this.isCut = call.omission !== undefined;
    this.#text = call.requestText;
  }

  /** The request's body; `undefined` where it is not known or not JSON. */
  get request(): Json | undefined {
    if (!this.#isParsed) {
      this.#isParsed = true;
      this.#request = parseText(this.#text);
    }
    return this.#request;
  }
}
