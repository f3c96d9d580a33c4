/** A recorded program that makes calls as fast as they go, or at a rate: node calling-program.ts '{"name":…}' */
import { writeSync } from "node:fs";
import OpenAI from "openai";
import { flush, init, stats, type TessenEvent } from "@tesserae/tessen";
import { openEventLog } from "../../packages/tessen/src/log/event-log.ts";
import { answerTo, callOf, type CallingEnd, type CallingTask, questionIn, questionOf, requestTo } from "./calls.ts";

/** A way to make calls. */
interface Recorded {
  /** Makes a call and gets its answer. */
  call(question: string): Promise<unknown>;
  /** Whether everything is on disk. */
  flush(): Promise<boolean>;
  stats(): { readonly threadLines: number } | null | undefined;
}

/** The vendor's SDK, whose provider answers at once, from within. */
function callBySdk(): Recorded {
  let inline = 0;
  const promise = ({ event_id, request_body }: TessenEvent): void => {
    const { inlineLines = 0 } = stats()?.log ?? {};
    // Only what the program's own thread has written is promised to outlive a kill.
    if (inlineLines > inline) say(`promised ${event_id} ${callOf(questionIn(request_body))}`);
    inline = inlineLines;
  };
  init({ agentName: "agent", ...(task.tells === true ? { onEvent: promise } : {}) });
  const client = new OpenAI({
    apiKey: "sk-none",
    baseURL: "https://api.openai.com/v1",
    maxRetries: 0,
    fetch: async (_url, options) => {
      const question = questionIn(typeof options?.body === "string" ? JSON.parse(options.body) : undefined);
      return new Response(answerTo(question), { headers: { "content-type": "application/json" } });
    },
  });
  return {
    call: (question) => client.chat.completions.create(requestTo(question)),
    flush: () => flush(60_000),
    stats: () => stats()?.log,
  };
}

/** What such a call leaves, straight into the log. */
function callByLog(): Recorded {
  const log = openEventLog({ logDir: process.env["TESSEN_LOG_DIR"] ?? "", agentName: "agent" });
  process.on("exit", () => log.closeSync());
  let seq = 0;
  const call = async (question: string): Promise<void> => {
    seq += 1;
    const head = {
      event_id: `evt_${task.name}_${seq}`,
      session_id: `sess_${task.name}`,
      agent_name: "agent",
      ts: Date.now() / 1000,
      provider: "openai",
      surface: "chat.completions.create",
      call_type: "request",
      status: "ok",
      quality_signals: [],
      pid: process.pid,
      seq,
    } as const;
    const bodies = [
      { name: "request_body", json: JSON.stringify(requestTo(question)) },
      { name: "response_body", json: answerTo(question) },
    ] as const;
    log.write({ head, bodies });
  };
  return { call, flush: () => log.flush(60_000), stats: () => log.stats() };
}

const said: string[] = [];
function say(line: string): void {
  said.push(line);
}

const task = JSON.parse(process.argv[2] ?? "") as CallingTask;
const recorded = task.through === "sdk" ? callBySdk() : callByLog();
const begin = performance.now();
const elapsed = (): number => (performance.now() - begin) / 1000;
let made = 0;

async function caller(): Promise<void> {
  while (elapsed() < task.seconds) {
    if (task.perSecond !== undefined && made >= elapsed() * task.perSecond) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const question = questionOf(task.name, made, task.sizes);
    made += 1;
    await recorded.call(question);
    if (task.tells === true) {
      say(`back ${callOf(question)}`);
      writeSync(1, `${said.splice(0).join("\n")}\n`);
    }
    // Other work of a program gets its turn now and then.
    if (made % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

await Promise.all([caller(), caller(), caller(), caller()]);
const milliseconds = performance.now() - begin;
const complete = await recorded.flush();
const { threadLines = 0 } = recorded.stats() ?? {};
const end: CallingEnd = { pid: process.pid, made, milliseconds, complete, threadLines };
writeSync(1, `${JSON.stringify(end)}\n`);
