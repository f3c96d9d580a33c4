import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { recordTo } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import type { PerformOptions } from "../cli/options.ts";
import { styleFor, tell } from "../cli/terminal.ts";
import { showWarnings } from "../cli/warnings.ts";
import { chooseModel } from "../demo/choose-model.ts";
import { demoData } from "../demo/data/demo-data.ts";
import { folderData } from "../demo/data/folder-data.ts";
import { OWN } from "../gateway/command-gateway.ts";
import { filesFolder, prepareOut } from "../demo/files-folder.ts";
import { reportResult } from "../demo/report-result.ts";
import { SCRIPTED_MODEL } from "../demo/scripted-model/scripted-client.ts";
import { demoTeam } from "../demo/team/demo-team.ts";
import { DEMO_QUESTION, OPEN_QUESTION, demoTask } from "../demo/team/prompts.ts";
import { prepareWorkspace } from "../demo/team/workspace.ts";
import { openStore, runsFolder } from "../runs/open-store.ts";
import { perform } from "../runs/perform.ts";
import { preparing } from "../runs/preparing.ts";
import { surrounded, type Surroundings } from "../runs/surroundings.ts";
import { runCommand } from "./run.ts";

/** What `tesserae demo` may be told. */
export interface DemoCommandOptions extends PerformOptions {
  /** A folder of data files of the user's. */
  readonly dir?: string;
  readonly scripted?: boolean;
  /** Where table, chart and report are copied to. */
  readonly out?: string;
  readonly resume?: string;
}

/** `tesserae demo`: planner, analyst and writer answer a question about a data file. */
export async function demoCommand(question: string | undefined, options: DemoCommandOptions): Promise<number> {
  if (options.resume !== undefined)
    return runCommand(undefined, question, {
      ...options,
      gateway: options.gateway === false ? false : OWN,
      journal: true,
      resume: options.resume,
    });
  showWarnings("of the demo");
  const surroundings = { ...options, gateway: options.gateway === false ? false : OWN };
  return surrounded("tesserae-demo", surroundings, (surroundings) => show(question, options, surroundings));
}

async function show(
  question: string | undefined,
  options: DemoCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const files = options.dir === undefined ? [demoData()] : folderData(options.dir);
  prepareOut(options.out);
  const model = await chooseModel(options);
  try {
    if (model.name === SCRIPTED_MODEL && (options.dir !== undefined || question !== undefined)) {
      throw new CommandError(
        `${options.dir === undefined ? "A question" : "--dir"} needs a real model: the scripted one knows the demo's own question only. ` +
          "Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, start Ollama, or name one with --model.",
      );
    }
    const runId = randomUUID();
    const names = files.map(({ name }) => name);
    const folder = filesFolder(runsFolder(options.runsDir), runId);
    const modelClient = model.client(await surroundings.connect(model.routes));
    const { team, close } = demoTeam({ modelClient, folder, files: names });
    try {
      introduce(model.description, options.dir, names);
      const asked = question ?? (options.dir === undefined ? DEMO_QUESTION : OPEN_QUESTION);
      const store = await openStore(options.runsDir);
      const journal = preparing(recordTo(store, { runId }), () => prepareWorkspace(folder, files));
      const labels = {
        command: "demo",
        model: model.name,
        files: names,
        ...(options.dir === undefined ? {} : { dir: resolve(options.dir) }),
      };
      const code = await perform({
        command: "tesserae demo",
        runner: team,
        task: demoTask(asked, names),
        journal,
        labels,
        options,
        surroundings,
      });
      return code === EXIT.ok ? await reportResult({ store, runId, folder, options, model, surroundings }) : code;
    } finally {
      await close();
    }
  } finally {
    await model.close();
  }
}

function introduce(model: string, folder: string | undefined, names: readonly string[]): void {
  const style = styleFor(process.stderr);
  tell(`${style.bold("Model")}  ${model}`);
  tell(
    `${style.bold("Data")}   ${names.join(", ")}${folder === undefined ? " (synthetic: no such station exists)" : ` of ${folder}`}`,
  );
  tell(
    `${style.bold("Code")}   the analyst's program runs in Node and reaches no file outside of the run's own folder\n`,
  );
}
