import {
  CodeExecutorAgent,
  MagenticOneGroupChat,
  UserProxyAgent,
  type ApprovalFunction,
  type ChatAgent,
  type InputFunction,
  type MagenticOneGroupChatOptions,
  type ModelClientLike,
} from "@tesserae/agentchat";
import {
  ValueError,
  isClaudeFamily,
  isGeminiFamily,
  isObject,
  isOpenAIFamily,
  type ChatCompletionClient,
  type CodeExecutor,
  type ComponentDefinition,
} from "@tesserae/core";
import { FileSurfer, type FileSurferOptions } from "../../agents/file-surfer/index.ts";
import { MagenticOneCoderAgent } from "../../agents/magentic-one/index.ts";
import { MultimodalWebSurfer, type MultimodalWebSurferOptions } from "../../agents/web-surfer/index.ts";
import { model } from "../../models/model.ts";
import { DefaultExecutor } from "./default-executor.ts";

type TeamOptions = Pick<
  MagenticOneGroupChatOptions,
  "maxTurns" | "maxStalls" | "finalAnswerPrompt" | "terminationCondition"
>;

/** What makes a {@link MagenticOne}. */
export interface MagenticOneOptions extends TeamOptions {
  /** The model of everybody: a client, or a name such as `"openai/gpt-5"`. */
  readonly client: ModelClientLike;
  /** Other models for some. Default: `client` for each; `planning` as `orchestrator`. */
  readonly clients?:
    | {
        readonly orchestrator?: ModelClientLike | undefined;
        readonly planning?: ModelClientLike | undefined;
        readonly webSurfer?: ModelClientLike | undefined;
        readonly fileSurfer?: ModelClientLike | undefined;
        readonly coder?: ModelClientLike | undefined;
      }
    | undefined;
  /** Whether a person is a member, whom the leading model may ask. Default false. */
  readonly hilMode?: boolean | undefined;
  /** How the person is asked. Default: in the terminal. */
  readonly inputFunc?: InputFunction | undefined;
  /** What runs the code of the coder; it stays yours. Default: one in a container where there is an engine, else a local one. */
  readonly codeExecutor?: CodeExecutor | undefined;
  /** Asked before code runs. */
  readonly approvalFunc?: ApprovalFunction | undefined;
  /** The folder that files are read from, and that the default executor works in. Default: the current one, and a temporary one. */
  readonly baseDir?: string | undefined;
  /** Options of the agent with the browser. */
  readonly webSurfer?: Partial<Omit<MultimodalWebSurferOptions, "name" | "modelClient">> | undefined;
  /** Options of the agent that reads files. */
  readonly fileSurfer?: Partial<Omit<FileSurferOptions, "name" | "modelClient">> | undefined;
}

/**
 * Magentic-One: a team that a model leads, of an agent that reads files, one with a browser, one that writes code, one that
 * runs it, and a person with `hilMode`. Its JSON is that of a `MagenticOneGroupChat`.
 *
 * It runs code and visits pages: let it work in a container, watch what it does, and keep accounts and data that may not
 * become known out of its reach. `close()` ends the browser and the default executor; without it the program does not end.
 */
export class MagenticOne extends MagenticOneGroupChat {
  static override readonly component: ComponentDefinition<MagenticOneGroupChat> = MagenticOneGroupChat.component;

  constructor(options: MagenticOneOptions) {
    const given: unknown = options;
    if (!isObject(given) || given["client"] === undefined) {
      throw new ValueError("MagenticOne takes an object with its options, at least { client }.");
    }
    const {
      clients = {},
      hilMode = false,
      baseDir,
      maxTurns,
      maxStalls,
      finalAnswerPrompt,
      terminationCondition,
    } = options;
    const client = typeof options.client === "string" ? model(options.client) : options.client;
    warnOfModel(client);
    const fileSurfer = new FileSurfer({
      basePath: baseDir,
      ...options.fileSurfer,
      name: "FileSurfer",
      modelClient: clients.fileSurfer ?? client,
    });
    const webSurfer = new MultimodalWebSurfer({
      ...options.webSurfer,
      name: "WebSurfer",
      modelClient: clients.webSurfer ?? client,
    });
    const coder = new MagenticOneCoderAgent({ name: "Coder", modelClient: clients.coder ?? client });
    const terminal = new CodeExecutorAgent({
      name: "ComputerTerminal",
      codeExecutor: options.codeExecutor ?? defaultExecutor(baseDir),
      approvalFunc: options.approvalFunc,
      ownsResources: options.codeExecutor === undefined,
    });
    const participants: ChatAgent[] = [fileSurfer, webSurfer, coder, terminal];
    if (hilMode) participants.push(new UserProxyAgent({ name: "User", inputFunc: options.inputFunc }));
    super({
      participants,
      modelClient: clients.orchestrator ?? client,
      planningModelClient: clients.planning,
      maxTurns,
      maxStalls,
      finalAnswerPrompt,
      terminationCondition,
    });
  }
}

function defaultExecutor(workDir: string | undefined): DefaultExecutor {
  process.emitWarning(
    "MagenticOne was given no codeExecutor: it takes one in a container where there is an engine, else this machine. Give it one on purpose.",
    { code: "TESSERAE_DEFAULT_EXECUTOR", type: "DeprecationWarning" },
  );
  return new DefaultExecutor(workDir);
}

function warnOfModel({ model: name, modelInfo }: ChatCompletionClient): void {
  const { jsonOutput, structuredOutput, family } = modelInfo;
  if (!jsonOutput && !structuredOutput) {
    process.emitWarning(`The model '${name}' has no JSON output: the ledger of MagenticOne may not be readable.`, {
      code: "TESSERAE_MODEL_WITHOUT_JSON",
    });
  }
  if (isOpenAIFamily(family) || isClaudeFamily(family) || isGeminiFamily(family)) return;
  process.emitWarning(`MagenticOne was not made for models such as '${name}': it may do worse with it.`, {
    code: "TESSERAE_UNTESTED_MODEL",
  });
}
