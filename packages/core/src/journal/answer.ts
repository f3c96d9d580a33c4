import { LookupError, ValueError } from "../errors/kinds.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";
import type { Json } from "../json.ts";
import { toJson } from "../to-json.ts";
import { toolDecision } from "../tools/tool-policy.ts";
import type { JournalStore } from "./journal-store.ts";
import { Packer } from "./packer.ts";
import { loadRecording } from "./recording.ts";
import { openInput } from "./run-summarizer.ts";

/**
 * Answers an open input of a run that waits: a text for a question, a `ToolDecision` for a tool call that needs approval, from any process; the next resume goes on with it. A run that is being
 * written is answered where it runs, with `Run.answer`.
 *
 * @throws TesseraeError `ERR_NOT_FOUND` (no such run or input), `ERR_INPUT_ANSWERED` (answered already, aborted, or over),
 * `ERR_INVALID_ARGUMENT` (not one of the choices, or no `ToolDecision`), `ERR_JOURNAL_LOCKED` (the run is running).
 */
export async function answer(store: JournalStore, runId: string, requestId: string, value: Json): Promise<void> {
  toJson(value, "the answer");
  const writer = await store.open(runId, "append");
  try {
    const recording = await loadRecording(store.read(runId));
    const begin = [...recording.begins.values()].find(({ k, id }) => k === "input" && id === requestId);
    if (begin === undefined) {
      const open = [...recording.begins.values()].filter(({ k, a }) => k === "input" && !recording.settles.has(a));
      const ids = open.map(({ id }) => id).join(", ");
      throw new LookupError(
        `The run ${runId} has no input ${requestId}. ${ids === "" ? "Nothing is asked." : `Open are: ${ids}`}`,
      );
    }
    const late = closedReason(recording, requestId, begin.a);
    if (late !== undefined) {
      throw new TesseraeError("ERR_INPUT_ANSWERED", `The input ${requestId} of the run ${runId} ${late}.`);
    }
    const { choices, tool } = openInput(begin, (json) => recording.read(json));
    if (tool !== undefined) toolDecision(value);
    else if (begin.of === undefined && choices !== null && !choices.some((choice) => choice === value)) {
      throw new ValueError(`${JSON.stringify(value)} is not one of the choices: ${choices.join(", ")}.`);
    }
    const blobs: { readonly e: "blob"; readonly h: string; readonly data: Json }[] = [];
    const packer = new Packer((h, data) => blobs.push({ e: "blob", h, data }), recording.blobs.keys());
    const packed = packer.value({ request_id: requestId, value });
    await writer.append([...blobs, { e: "signal", at: Date.now(), k: "answer", to: begin.a, value: packed }]);
  } finally {
    await writer.close();
  }
}

function closedReason(
  recording: Awaited<ReturnType<typeof loadRecording>>,
  requestId: string,
  address: string,
): string | undefined {
  if (recording.answers.has(requestId) || recording.settles.has(address)) return "was answered already";
  const { end } = recording;
  if (end !== undefined) return `cannot be answered any more: the run has ended (${end.o})`;
  const aborted = recording.order.some(({ entry, dropped }) => !dropped && entry.e === "signal" && entry.k === "abort");
  return aborted ? "cannot be answered any more: the run was aborted" : undefined;
}
