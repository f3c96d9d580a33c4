import type { AssembledResponse, NoteCode } from "@tesserae/wire/response";
import { warnOnce, type ModelWarningCode } from "./warn.ts";

/** Warns of what was odd about an answer. */
export function warnOfNotes(model: string, response: AssembledResponse): void {
  for (const { code, detail } of response.notes) {
    const warning = WARNING_BY_NOTE[code];
    if (warning !== undefined) warnOnce(warning, `${model}: ${detail}`);
  }
}

/** What has no warning is mended without loss, or is an error. */
const WARNING_BY_NOTE: Readonly<Partial<Record<NoteCode, ModelWarningCode>>> = {
  arguments_not_text: "TESSERAE_ARGUMENTS_NOT_TEXT",
  empty_chunks: "TESSERAE_EMPTY_CHUNKS",
  empty_result: "TESSERAE_EMPTY_RESULT",
  finish_reason_mismatch: "TESSERAE_FINISH_REASON_MISMATCH",
  malformed_event: "TESSERAE_MALFORMED_EVENT",
  multiple_choices: "TESSERAE_MULTIPLE_CHOICES",
};
