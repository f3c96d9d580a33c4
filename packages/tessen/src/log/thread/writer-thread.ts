/** The entry of the writer thread. It imports nothing but files beside it: it runs without the process's conditions. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { createRedactor } from "../../redact/redactor.ts";
import { nodeFileSystem } from "../file/file-system.ts";
import { LineFile } from "../file/line-file.ts";
import { codeOf, messageOf } from "../file/trouble.ts";
import { LineComposer } from "../line/line-composer.ts";
import type { ThreadData, ThreadReply, ThreadRequest } from "./thread-message.ts";
import { ThreadState } from "./thread-state.ts";

/** Writes what the port brings, until writing fails once: the thread that gave the records then writes them itself. */
function serve(port: MessagePort, data: ThreadData): void {
  const { settings } = data;
  const state = new ThreadState(data.memory);
  const reply = (message: ThreadReply): void => port.postMessage(message);
  const failed = (error: unknown): void =>
    reply({ type: "sync_failed", code: codeOf(error), message: messageOf(error) });
  const file = new LineFile(settings, {
    fileSystem: nodeFileSystem,
    now: Date.now,
    onSyncFailure: failed,
    onLookFailure: failed,
  });
  const composer = new LineComposer(createRedactor(settings.redact), settings);
  port.on("message", (request: ThreadRequest) => {
    if ("settle" in request) {
      file.look();
      void file.settled().then(() => reply({ type: "settled", settle: request.settle }));
      return;
    }
    if (state.isStopped) return;
    let claimed = false;
    try {
      const line = composer.compose(request.record.head, request.record.bodies);
      // As late as can be: who takes the records back waits for one that is claimed.
      claimed = state.claim();
      if (!claimed) return;
      file.append(line);
    } catch (error) {
      state.stop();
      if (claimed) state.leave();
      reply({ type: "stopped", code: codeOf(error), message: messageOf(error) });
      return;
    }
    state.wrote();
    if (state.written === state.given) reply({ type: "idle" });
  });
}

if (parentPort !== null) serve(parentPort, workerData);
