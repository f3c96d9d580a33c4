import { cpSync, existsSync } from "node:fs";
import type { RecordedRun } from "@tesserae/core";
import type { Rebuilt, RebuildOptions } from "../runs/rebuild.ts";
import { showWarnings } from "../cli/warnings.ts";
import { openStore } from "../runs/open-store.ts";
import { demoData } from "./data/demo-data.ts";
import { folderData } from "./data/folder-data.ts";
import { chooseModel, idleModel } from "./choose-model.ts";
import { filesFolder } from "./files-folder.ts";
import { reportResult } from "./report-result.ts";
import { SCRIPTED_MODEL } from "./scripted-model/scripted-client.ts";
import { demoTeam } from "./team/demo-team.ts";
import { prepareWorkspace } from "./team/workspace.ts";

/** Makes the team of a recorded run of the demo again. A fork gets a copy of the files as they are. */
export async function rebuildDemo(recorded: RecordedRun, options: RebuildOptions): Promise<Rebuilt> {
  showWarnings("of the demo");
  const { labels } = recorded.summary;
  const files = Array.isArray(labels["files"]) ? labels["files"].map(String) : [];
  const name = options.model ?? (typeof labels["model"] === "string" ? labels["model"] : SCRIPTED_MODEL);
  const model = options.performs ? await chooseModel({ model: name }) : undefined;
  const modelClient = model === undefined ? await idleModel(name) : model.client(await options.connect?.(model.routes));
  const folder = filesFolder(options.runsDir, options.runId);
  const { team, close } = demoTeam({ modelClient, folder, files, maxTurns: options.maxTurns });
  return {
    runner: team,
    prepare: () => restoreWorkspace(folder, recorded, options),
    report: async ({ surroundings, ...report }) => {
      const store = await openStore(options.runsDir);
      const { runId } = options;
      return reportResult({ store, runId, folder, options: report, model: { name }, surroundings });
    },
    async close() {
      await close();
      await (model ?? modelClient).close();
    },
  };
}

/**
 * Makes the folder of a run ready that goes on: what is missing in it comes from the run that it was forked from, and
 * from where the data came from. The run may have been killed before its folder was whole.
 */
function restoreWorkspace(folder: string, recorded: RecordedRun, { runsDir }: RebuildOptions): void {
  const { labels, runId } = recorded.summary;
  const ancestors = [labels["forked_from"], runId].filter((id) => typeof id === "string");
  for (const source of ancestors.map((id) => filesFolder(runsDir, id))) {
    if (source !== folder && existsSync(source)) cpSync(source, folder, { recursive: true, force: false });
  }
  const { dir } = labels;
  prepareWorkspace(folder, typeof dir !== "string" ? [demoData()] : existsSync(dir) ? folderData(dir) : []);
}
