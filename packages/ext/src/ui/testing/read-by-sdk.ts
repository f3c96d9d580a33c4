import { execFile } from "node:child_process";
import type { UIMessage, UIMessageChunk as SdkChunk } from "ai";
import type { RunMetadata, UIMessageChunk } from "../ui-message-chunk.ts";

/** A message as the AI SDK has it. */
export type SdkMessage = UIMessage<RunMetadata>;

/** Fits only while our chunks are chunks of the AI SDK. */
type Fits = UIMessageChunk extends SdkChunk ? UIMessageChunk : never;

const READ = `
  import { readUIMessageStream } from "ai";
  import { json } from "node:stream/consumers";
  const chunks = await json(process.stdin);
  const stream = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  let message;
  const onError = (error) => { throw error; };
  for await (const each of readUIMessageStream({ stream, onError, terminateOnError: true })) message = each;
  console.log(JSON.stringify(message));
`;

const CHAT = `
  import { AbstractChat, DefaultChatTransport } from "ai";
  class Chat extends AbstractChat {
    constructor(api) {
      const state = { status: "ready", error: undefined, messages: [] };
      super({
        transport: new DefaultChatTransport({ api }),
        state: Object.assign(state, {
          pushMessage: (message) => void (state.messages = [...state.messages, message]),
          popMessage: () => void (state.messages = state.messages.slice(0, -1)),
          replaceMessage: (index, message) => void (state.messages = state.messages.with(index, message)),
          snapshot: (value) => structuredClone(value),
        }),
      });
    }
  }
  const [api, ...texts] = process.argv.slice(1);
  const chat = new Chat(api);
  for (const text of texts) await chat.sendMessage({ text });
  console.log(JSON.stringify({ status: chat.status, error: chat.error?.message, messages: chat.messages }));
`;

/** The message that the AI SDK makes of chunks; rejects when it finds one wrong. */
export async function readBySdk(chunks: readonly Fits[]): Promise<SdkMessage> {
  // What the script prints.
  return JSON.parse(await runScript(READ, [], JSON.stringify(chunks))) as SdkMessage;
}

/** What a chat of the AI SDK has after these messages of a person were sent to an address: the core of `useChat`. */
export async function chatBySdk(
  api: string,
  ...texts: readonly string[]
): Promise<{ readonly status: string; readonly error?: string; readonly messages: readonly SdkMessage[] }> {
  // What the script prints.
  return JSON.parse(await runScript(CHAT, [api, ...texts])) as Awaited<ReturnType<typeof chatBySdk>>;
}

/**
 * Runs a script that imports the AI SDK in a process of its own: a package that the SDK needs has sources under the export
 * condition by which the tests find ours, and Node does not run those.
 */
function runScript(script: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: import.meta.dirname, env: { ...process.env, NODE_OPTIONS: "" } };
    const child = execFile(
      process.execPath,
      ["--input-type=module", "-e", script, ...args],
      options,
      (error, stdout) => {
        if (error === null) resolve(stdout);
        else reject(error);
      },
    );
    child.stdin?.end(input);
  });
}
