import { cpSync, existsSync } from "node:fs";
import type { RecordedRun } from "@tesserae/core";
import type { Rebuilt, RebuildOptions } from "../runs/rebuild.ts";
import { showWarnings } from "../cli/warnings.ts";
import { openStore } from "../runs/open-store.ts";
import { chooseModel, idleModel } from "./choose-model.ts";
import { filesFolder } from "./files-folder.ts";
import { reportResult } from "./report-result.ts";
import { SCRIPTED_MODEL } from "./scripted-model/scripted-client.ts";
import { demoTeam } from "./team/demo-team.ts";

/** Makes the team of a recorded run of the demo again. A fork gets a copy of the files as they are. */
export async function rebuildDemo(recorded: RecordedRun, options: RebuildOptions): Promise<Rebuilt> {
  showWarnings("of the demo");
  const { labels, runId } = recorded.summary;
  const files = Array.isArray(labels["files"]) ? labels["files"].map(String) : [];
  const name = options.model ?? (typeof labels["model"] === "string" ? labels["model"] : SCRIPTED_MODEL);
  const model = options.performs ? await chooseModel({ model: name }) : await idleModel(name);
  const folder = filesFolder(options.runsDir, options.runId);
  const { team, close } = demoTeam({ modelClient: model.client, folder, files, maxTurns: options.maxTurns });
  const source = filesFolder(options.runsDir, runId);
  return {
    runner: team,
    prepare: () => {
      if (source !== folder && existsSync(source)) cpSync(source, folder, { recursive: true });
    },
    report: async (report) => {
      const store = await openStore(options.runsDir);
      return reportResult({ store, runId: options.runId, folder, options: report, model: { name } });
    },
    async close() {
      await close();
      await model.close();
    },
  };
}
