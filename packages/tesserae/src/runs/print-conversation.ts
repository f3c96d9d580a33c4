import type { RunStream, StreamItem, TaskResult } from "@tesserae/agentchat";
import { ConversationPrinter } from "./conversation-printer.ts";
import { outcomeOf, outcomeOfJson, type RunEnd, type RunOutcome } from "./run-end.ts";

/** Prints a run as it streams, for people, on standard output. */
export async function printConversation(stream: RunStream, verbose: boolean): Promise<RunEnd> {
  const printer = new ConversationPrinter(verbose);
  let outcome: RunOutcome | undefined;
  let printed = 0;
  try {
    for await (const item of stream) {
      if (!isResult(item)) {
        printer.item(item);
        printed += 1;
        continue;
      }
      outcome = outcomeOf(item);
      // A finished run that is resumed gives its result alone.
      if (printed === 0) for (const message of item.messages) printer.item(message);
    }
    return { outcome, error: undefined };
  } catch (error) {
    return { outcome, error };
  } finally {
    printer.end();
  }
}

/** Prints a run as it streams, one JSON value a line, the result last, with the run's id. */
export async function printJsonLines(stream: RunStream, runId: () => string | undefined): Promise<RunEnd> {
  let outcome: RunOutcome | undefined;
  for await (const event of serverSentEvents(stream.toReadableStream())) {
    // What ended the run stands in its result too.
    if (event.startsWith("event: error")) continue;
    const data = event.slice("data: ".length);
    const json: unknown = JSON.parse(data);
    if (!data.startsWith('{"type":"TaskResult"')) {
      process.stdout.write(`${data}\n`);
    } else {
      outcome = outcomeOfJson(json);
      process.stdout.write(`${JSON.stringify({ ...Object(json), run: runId() ?? null })}\n`);
    }
  }
  const error: unknown = await stream.result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { outcome, error };
}

function isResult(item: StreamItem | TaskResult): item is TaskResult {
  return item.type === "TaskResult";
}

async function* serverSentEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    const events = (text + decoder.decode(bytes, { stream: true })).split("\n\n");
    text = events.pop() ?? "";
    yield* events;
  }
}
