import { parseArgs } from "node:util";
import { defaultLogDir } from "../../events/log-dir.ts";
import type { AnsweredRequest, ServerOptions, TrafficServer } from "../../serve/index.ts";
import { checkAgent } from "../agent-events.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonHead } from "../output/json-head.ts";

const HELP = `Usage: tessen serve [options]

Serves scripted or recorded traffic over HTTP in the providers' protocols: OpenAI chat
completions and responses, Anthropic messages. For tests and demos, without a key.

Where the answers come from (at least one; each is asked when those before it have none):
  --script FILE      a JSON file with rules or answers
  --recordings DIR   a folder of recorded HTTP traffic, or one file
  --log AGENT        the log of an agent
  --log-dir DIR      where the logs are

How they are given:
  --host HOST        listen there (default 127.0.0.1: only this machine)
  --port PORT        listen there (default 0: any free port)
  --pace MS          let each event of a stream take this long (default 0)
  --fault FAULT      let calls go wrong; may be given several times. FAULT is 429 or another
                     status from 400 to 599, 429:2.5 (wait 2.5 s), reset, cut:BYTES, stall,
                     stall:BYTES, garbage, garbage:http, slow:MS. FAULT@2 hits the second call,
                     FAULT@2-4 the second to the fourth. A request can ask for one itself by the
                     header x-tessen-fault.
  --json             print JSON
  -q, --quiet        no line for each request
  -h, --help         print this help

Example of a script:
  {"rules": [
    {"match": {"tool": "weather"}, "answer": {"text": "It rains."}},
    {"match": {"text": "weather"}, "answer": {"toolCalls": [{"name": "weather"}]}}
  ]}
`;

/** What the command line says. */
interface ServeArguments {
  readonly options: ServerOptions;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * `tessen serve`: serves until a signal ends it; the exit code is then 128 and the number of the signal. The base URLs
 * go to standard output, a line for each request to standard error.
 */
export async function serveCommand(args: readonly string[]): Promise<number> {
  let given: ServeArguments | undefined;
  let server: TrafficServer;
  try {
    given = readArguments(args);
    if (given === undefined) {
      process.stdout.write(HELP);
      return EXIT.ok;
    }
    const { options, quiet, json } = given;
    if (options.log !== undefined) checkAgent(options.log.agent, options.log.logDir ?? defaultLogDir());
    const { startServer } = await import("../../serve/index.ts");
    server = await startServer({ ...options, ...(quiet ? {} : { onAnswer: (answered) => tell(answered, json) }) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`tessen serve: ${message}\nSee tessen serve --help.\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.usage;
  }
  const ended = untilSignal();
  announce(server.url, given);
  const code = await ended;
  await server.close();
  return code;
}

/** The arguments; `undefined` when help is asked for. Throws for what is not known or has no number. */
function readArguments(args: readonly string[]): ServeArguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      script: { type: "string" },
      recordings: { type: "string" },
      log: { type: "string" },
      "log-dir": { type: "string" },
      host: { type: "string" },
      port: { type: "string" },
      pace: { type: "string" },
      fault: { type: "string", multiple: true },
      json: { type: "boolean" },
      quiet: { type: "boolean", short: "q" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return undefined;
  const { script, recordings, log: agent, "log-dir": logDir, host, port, pace, fault: faults } = values;
  if (script === undefined && recordings === undefined && agent === undefined)
    throw new Error("There is nothing to answer from: give --script FILE, --recordings DIR or --log AGENT.");
  if (logDir !== undefined && agent === undefined) throw new Error("--log-dir goes with --log AGENT.");
  return {
    json: values.json === true,
    quiet: values.quiet === true,
    options: {
      // Nobody looks at them here.
      keepRequests: 0,
      ...(script === undefined ? {} : { script }),
      ...(recordings === undefined ? {} : { recordings }),
      ...(agent === undefined ? {} : { log: { agent, ...(logDir === undefined ? {} : { logDir }) } }),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port: wholeNumber("--port", port) }),
      ...(pace === undefined ? {} : { paceMs: wholeNumber("--pace", pace) }),
      ...(faults === undefined ? {} : { faults }),
    },
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${option} takes a whole number, not "${text}".`);
}

/** Says under which addresses the providers' clients find the server, as lines that a shell can take. */
function announce(url: string, { json, options }: ServeArguments): void {
  const urls = { OPENAI_BASE_URL: `${url}/v1`, ANTHROPIC_BASE_URL: url };
  const lines = Object.entries(urls).map(([name, value]) => `${name}=${value}\n`);
  const head = jsonHead("serve", { now: () => Date.now() });
  process.stdout.write(json ? `${JSON.stringify({ ...head, url, ...urls })}\n` : lines.join(""));
  if (json) return;
  if (options.host !== undefined && !/^(127\.|localhost$|::1$)/.test(options.host))
    process.stderr.write("Other machines can reach it, too: they get the answers without a key.\n");
  process.stderr.write("Set these where your program runs, with any key. Ctrl-C ends the server.\n");
}

function tell(answered: AnsweredRequest, json: boolean): void {
  const { request, status, from, fault, durationMs } = answered;
  const { call, method, path, protocol, model, stream } = request;
  if (json) {
    const line = {
      call,
      method,
      path,
      protocol,
      model,
      stream,
      status,
      from,
      fault,
      duration_ms: Math.round(durationMs),
    };
    process.stderr.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const parts = [
    ...(call === 0 ? [] : [`#${call}`]),
    `${method} ${path}`,
    ...(model === "" ? [] : [model]),
    ...(stream ? ["stream"] : []),
    "->",
    status === 0 ? "nothing" : String(status),
    from,
    ...(fault === undefined ? [] : [fault]),
    `${Math.round(durationMs)} ms`,
  ];
  // What a client sent must not move the cursor.
  process.stderr.write(`${parts.join(" ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd")}\n`);
}

/** Resolves at the first signal that ends a command, with its exit code; the second one leaves at once. */
function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    let isLeaving = false;
    for (const [signal, code] of Object.entries({ SIGINT: EXIT.interrupted, SIGTERM: 143, SIGHUP: 129 })) {
      process.on(signal, () => {
        if (isLeaving) process.exit(code);
        isLeaving = true;
        resolve(code);
      });
    }
  });
}
