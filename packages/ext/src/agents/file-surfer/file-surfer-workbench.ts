import {
  raceSignal,
  textToolResult,
  type JsonObject,
  type ToolCallOptions,
  type ToolResult,
  type ToolSchema,
  type ToolTraits,
} from "@tesserae/core";
import { StatelessWorkbench } from "../../shared/stateless-workbench.ts";
import type { FileViewer, ViewerPlace, ViewerStep } from "./viewer/file-viewer.ts";

function toolOf(
  name: string,
  description: string,
  argument?: readonly [name: string, description: string],
): ToolSchema {
  const properties = argument === undefined ? {} : { [argument[0]]: { type: "string", description: argument[1] } };
  return {
    name,
    description,
    parameters: { type: "object", properties, required: argument === undefined ? [] : [argument[0]] },
  };
}

/** The tools of a file surfer, AutoGen's. */
export const FILE_TOOLS: readonly ToolSchema[] = [
  toolOf("open_path", "Opens a file or a folder in the viewer.", ["path", "Its path, from the folder that is open."]),
  toolOf("page_down", "Shows the next page of the open file."),
  toolOf("page_up", "Shows the page before of the open file."),
  toolOf("find_next", "Shows the next place of what was searched for last."),
  toolOf("find_on_page_ctrl_f", "Searches the open file and shows the page of the first place.", [
    "search_string",
    "The words to look for; * stands for letters and digits.",
  ]),
];

/** The tools of a file surfer, as a workbench; a result is a `ViewerPage` as JSON. They read only: all may be repeated. */
export class FileSurferWorkbench extends StatelessWorkbench {
  readonly name = "file_surfer";
  readonly staticTools: readonly ToolSchema[] = FILE_TOOLS;
  readonly #viewer: FileViewer;
  readonly #place: ViewerPlace;

  /** `place` is where the viewer is before the call. */
  constructor(viewer: FileViewer, place: ViewerPlace) {
    super();
    this.#viewer = viewer;
    this.#place = place;
  }

  override listTools(): Promise<readonly ToolSchema[]> {
    return Promise.resolve(FILE_TOOLS);
  }

  toolTraits(): ToolTraits {
    return { repeat: "safe" };
  }

  override async callTool(name: string, args: JsonObject = {}, { signal }: ToolCallOptions = {}): Promise<ToolResult> {
    const step = stepOf(name, args);
    if (typeof step === "string") return textToolResult(name, step, true);
    const page = await raceSignal(this.#viewer.take(step, this.#place), signal);
    return textToolResult(name, JSON.stringify(page));
  }
}

/** The step that a call asks for, or what is wrong with it. */
function stepOf(name: string, args: JsonObject): ViewerStep | string {
  const text = (key: string): string | undefined => {
    const value = args[key];
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  switch (name) {
    case "open_path": {
      const path = text("path");
      return path === undefined ? "The argument path must be a text that is not empty." : { do: "open", path };
    }
    case "page_up":
      return { do: "turn", by: -1 };
    case "page_down":
      return { do: "turn", by: 1 };
    case "find_next":
      return { do: "find-next" };
    case "find_on_page_ctrl_f": {
      const query = text("search_string");
      return query === undefined
        ? "The argument search_string must be a text that is not empty."
        : { do: "find", query };
    }
    default:
      return `There is no tool ${JSON.stringify(name)}. Choose one of ${FILE_TOOLS.map((one) => one.name).join(", ")}.`;
  }
}
