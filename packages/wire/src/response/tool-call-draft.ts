import { isRawObject, parseJson } from "../json.ts";

/** A call while it is put together. */
export interface ToolCallDraft {
  id: string;
  /** True when the provider gave no id and one was made. */
  madeId: boolean;
  name: string;
  arguments: string;
}

/** True when the arguments are a whole JSON object, so that what follows belongs to another call. */
export function hasWholeArguments(draft: ToolCallDraft): boolean {
  const text = draft.arguments.trimEnd();
  return text.endsWith("}") && isRawObject(parseJson(text));
}

/** An id for a call that has none, shaped as OpenAI's. */
export function makeCallId(): string {
  return `call_${globalThis.crypto.randomUUID().replaceAll("-", "")}`;
}
