import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AssistantAgent, CodeExecutorAgent, RoundRobinGroupChat, SourceMatchTermination } from "@tesserae/agentchat";
import type { ChatCompletionClient } from "@tesserae/core";
import { LocalCommandLineCodeExecutor } from "@tesserae/ext/code-executors/local";
import { describeDataTool } from "./describe-data.ts";
import { ANALYST_PROMPT, PLANNER_PROMPT, WRITER_PROMPT } from "./prompts.ts";
import { readTableTool, saveReportTool } from "./writer-tools.ts";

/** What the team of the demo is made of. */
export interface DemoTeamOptions {
  readonly modelClient: ChatCompletionClient;
  /** The folder of the run, made ready by `prepareWorkspace`. */
  readonly folder: string;
  /** The names of the data files in it. */
  readonly files: readonly string[];
  /** Other instructions than the demo's own, by the name of the agent. */
  readonly prompts?: { readonly planner?: string; readonly analyst?: string; readonly writer?: string } | undefined;
  /** Default 3: one turn each. */
  readonly maxTurns?: number | undefined;
}

/** The team of the demo, and what must be closed after it. */
export interface DemoTeam {
  readonly team: RoundRobinGroupChat;
  close(): Promise<void>;
}

/** How often the analyst may mend a program that fails. */
const MOST_RETRIES = 3;
/** A program for a data file of ordinary size takes seconds. */
const PROGRAM_SECONDS = 120;

/**
 * Planner, analyst and writer, one turn each. The analyst's program runs under Node's permission model: it reads and
 * writes in the folder of the run, and starts no other program.
 */
export function demoTeam({ modelClient, folder, files, maxTurns = 3, prompts = {} }: DemoTeamOptions): DemoTeam {
  const codeExecutor = new LocalCommandLineCodeExecutor({
    workDir: realPath(folder),
    timeout: PROGRAM_SECONDS,
    allowedLanguages: ["javascript"],
    environment: { set: { NODE_OPTIONS: permissions(realPath(folder)), NO_COLOR: "1" } },
    // The program only writes files of its own, so that running it once more does no harm.
    repeat: "safe",
  });
  const planner = new AssistantAgent({
    name: "planner",
    description: "Looks at the data and plans the analysis.",
    modelClient,
    systemMessage: prompts.planner ?? PLANNER_PROMPT,
    tools: [describeDataTool(folder, files)],
    maxToolIterations: 6,
    reflectOnToolUse: true,
    modelClientStream: true,
  });
  const analyst = new CodeExecutorAgent({
    name: "analyst",
    description: "Writes the program of the analysis and runs it.",
    modelClient,
    systemMessage: prompts.analyst ?? ANALYST_PROMPT,
    codeExecutor,
    supportedLanguages: ["javascript", "js"],
    maxRetriesOnError: modelClient.modelInfo.structuredOutput ? MOST_RETRIES : 0,
    modelClientStream: true,
  });
  const writer = new AssistantAgent({
    name: "writer",
    description: "Writes the report.",
    modelClient,
    systemMessage: prompts.writer ?? WRITER_PROMPT,
    tools: [readTableTool(folder), saveReportTool(folder)],
    maxToolIterations: 6,
    reflectOnToolUse: true,
    modelClientStream: true,
  });
  const team = new RoundRobinGroupChat({
    name: "demo",
    participants: [planner, analyst, writer],
    terminationCondition: new SourceMatchTermination(["writer"]),
    maxTurns,
  });
  return { team, close: () => codeExecutor.stop() };
}

/** Options for Node in an environment variable are split at blanks, unless they are quoted. */
function permissions(folder: string): string {
  const quoted = `"${folder.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return `--permission --allow-fs-read=${quoted} --allow-fs-write=${quoted}`;
}

/** Where a folder really is that need not exist yet: a program may follow no symbolic link to its own folder. */
function realPath(folder: string): string {
  const parent = dirname(folder);
  if (existsSync(folder)) return realpathSync(folder);
  return parent === folder ? folder : join(realPath(parent), basename(folder));
}
