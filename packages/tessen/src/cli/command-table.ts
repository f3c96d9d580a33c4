import type { Terminal } from "./terminal.ts";

/** A command: takes its arguments, gives the exit code. */
export type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** A command as `tessen --help` lists it. It is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** All commands of `tessen`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "status",
    operands: "",
    summary: "what every agent did today: events, errors, anomalies, cost",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "tail",
    operands: "AGENT",
    summary: "follow an agent: one line an event",
    load: async () => (await import("./commands/tail.ts")).tailCommand,
  },
  {
    name: "viewer",
    operands: "AGENT",
    summary: "look at events: request, answer, attempts, tags and what to do",
    load: async () => (await import("./commands/viewer.ts")).viewerCommand,
  },
  {
    name: "analyze",
    operands: "AGENT",
    summary: "findings, cost, latency, retries, tools and runs of a log",
    load: async () => (await import("./commands/analyze.ts")).analyzeCommand,
  },
  {
    name: "doctor",
    operands: "",
    summary: "what works here and what does not",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "serve",
    operands: "",
    summary: "serve recorded or scripted traffic in the providers' protocols",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "version",
    operands: "",
    summary: "print the versions of tessen, Node and the log's format",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
];
