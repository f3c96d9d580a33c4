import type { JsonObject, Repeat, ToolSchema } from "@tesserae/core";
import type { SeenPage } from "../browser/page-view.ts";

/** The names of the tools of a surfer, AutoGen's. */
export type SurferToolName =
  | "visit_url"
  | "web_search"
  | "history_back"
  | "click"
  | "input_text"
  | "hover"
  | "answer_question"
  | "summarize_page"
  | "sleep"
  | "scroll_up"
  | "scroll_down"
  | "scroll_element_up"
  | "scroll_element_down";

/** One tool. */
interface SurferTool {
  readonly description: string;
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly optional?: Readonly<Record<string, JsonObject>>;
  /** Whether a resumed run may do again what it had begun: yes for what only looks, and for what only asks a server. */
  readonly repeat: Repeat;
}

const TARGET = { target_id: { type: "integer", description: "The id of the element." } };

/** What each tool is; an element's tools name it by its id. */
export const SURFER_TOOLS: Readonly<Record<SurferToolName, SurferTool>> = {
  visit_url: {
    description: "Opens the page at an address.",
    parameters: { url: { type: "string", description: "The address." } },
    repeat: "safe",
  },
  web_search: {
    description: "Asks a search engine and shows its results.",
    parameters: { query: { type: "string", description: "What to search for." } },
    repeat: "safe",
  },
  history_back: { description: "Goes back to the page before this one.", parameters: {}, repeat: "never" },
  click: { description: "Clicks the mouse on an element.", parameters: TARGET, repeat: "never" },
  input_text: {
    description: "Types text into a field, or chooses an entry of a list, and presses Enter.",
    parameters: {
      input_field_id: { type: "integer", description: "The id of the field." },
      text_value: { type: "string", description: "The text." },
    },
    optional: { press_enter: { type: "boolean", description: "Whether Enter is pressed afterwards. Default: yes." } },
    repeat: "never",
  },
  answer_question: {
    description: "Reads the whole page, in view or not, and answers a question from it.",
    parameters: { question: { type: "string", description: "The question, in full." } },
    repeat: "safe",
  },
  summarize_page: { description: "Reads the whole page and summarizes it.", parameters: {}, repeat: "safe" },
  sleep: {
    description: "Waits a little, for a page that is not ready yet.",
    parameters: {},
    repeat: "safe",
  },
  hover: { description: "Holds the mouse over an element, as for a menu to open.", parameters: TARGET, repeat: "safe" },
  scroll_up: { description: "Scrolls the page up by a viewport.", parameters: {}, repeat: "safe" },
  scroll_down: { description: "Scrolls the page down by a viewport.", parameters: {}, repeat: "safe" },
  scroll_element_up: { description: "Scrolls what an element shows up.", parameters: TARGET, repeat: "safe" },
  scroll_element_down: { description: "Scrolls what an element shows down.", parameters: TARGET, repeat: "safe" },
};

const ALWAYS: readonly SurferToolName[] = [
  "visit_url",
  "web_search",
  "history_back",
  "click",
  "input_text",
  "answer_question",
  "summarize_page",
  "sleep",
  "hover",
];

/** The tools that this page has a use for. */
export function toolsFor(view: SeenPage): readonly ToolSchema[] {
  const inView = new Set(view.visible);
  const scrolls = view.regions.some(({ id, isScrollable }) => isScrollable && inView.has(id));
  const names: readonly SurferToolName[] = [
    ...ALWAYS,
    ...(view.pageTop > 5 ? (["scroll_up"] as const) : []),
    ...(view.pageTop + view.height + 5 < view.scrollHeight ? (["scroll_down"] as const) : []),
    ...(scrolls ? (["scroll_element_up", "scroll_element_down"] as const) : []),
  ];
  return names.map(schemaOf);
}

/** True for the name of a tool of a surfer. */
export function isSurferTool(name: string): name is SurferToolName {
  return Object.hasOwn(SURFER_TOOLS, name);
}

function schemaOf(name: SurferToolName): ToolSchema {
  const { description, parameters, optional = {} } = SURFER_TOOLS[name];
  const reasoning = { type: "string", description: "Why this is the next step, in a sentence." };
  return {
    name,
    description,
    parameters: {
      type: "object",
      properties: { reasoning, ...parameters, ...optional },
      required: ["reasoning", ...Object.keys(parameters)],
    },
  };
}
