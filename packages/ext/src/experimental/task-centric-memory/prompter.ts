import {
  SystemMessage,
  UserMessage,
  AssistantMessage,
  type ChatCompletionClient,
  type LLMMessage,
} from "@tesserae/core";

const NOTHING = /^["']?none["']?\.?$/i;
/** What models put before the lines of a list. */
const BULLET = /^(?:[-*•–]|\d+[.)])\s+/u;

/** The questions that a controller asks a model. */
export class Prompter {
  readonly #client: ChatCompletionClient;

  constructor(client: ChatCompletionClient) {
    this.#client = client;
  }

  /** What a text is about, as short phrases. */
  async findIndexTopics(text: string): Promise<readonly string[]> {
    const [answer = ""] = await this.#ask("You make indexes of books on how tasks are done.", [
      "Under which topics should the text below be found? Name one or more: phrases of a few words, about the kind of task and " +
        "the ways of doing it, without details that another task of the kind would not share. One topic a line, and nothing " +
        `else: no numbers, no bullets.\n\n# The text\n${text}`,
    ]);
    const topics = answer.split("\n").map((line) => line.trim().replace(BULLET, "").trim());
    return [...new Set(topics.filter((topic) => topic !== ""))];
  }

  /** A task in simpler, more general words; told to, the model looks over them once more. */
  async generalizeTask(task: string, revise: boolean): Promise<string> {
    const answers = await this.#ask("You think carefully.", [
      "Do not do the task below. Say in simpler and more general words what it asks for, as a flat list of all that matters." +
        `\n\n# The task\n${task}`,
      ...(revise
        ? [
            "Which entries of your list do not matter for doing the task? Say why.",
            "Write the list again with only what is general and needed for the task, and with nothing before or after it.",
          ]
        : []),
    ]);
    return answers.at(-1) ?? task;
  }

  /** Whether something learned may help with a task. */
  async validateInsight(insight: string, task: string): Promise<boolean> {
    const [answer = ""] = await this.#ask("You think carefully.", [
      "Could the insight below help somebody with the task below? Do not do the task. Answer with one character: 1 if it could, " +
        `0 if not.\n\n# The task\n${task}\n\n# The insight\n${insight}`,
    ]);
    return answer.trim() === "1";
  }

  /** The advice or information in a text that may be of use later; `undefined` when there is none. */
  async extractAdvice(text: string): Promise<string | undefined> {
    const [answer = ""] = await this.#ask("You think carefully.", [
      "Is there information or advice in the text below that may be of use later? If so, copy it and add nothing. If not, " +
        `answer with the one word None.\n\n# The text\n${text}`,
    ]);
    const advice = answer.trim();
    return advice === "" || NOTHING.test(advice) ? undefined : advice;
  }

  /** Asks one question after another, each with those before; gives the answers. */
  async #ask(role: string, questions: readonly string[]): Promise<readonly string[]> {
    // Models of this family refuse system messages.
    const isAskedByUser = this.#client.modelInfo.family === "o1";
    const messages: LLMMessage[] = [
      isAskedByUser ? UserMessage({ content: role, source: "User" }) : SystemMessage({ content: role }),
    ];
    const answers: string[] = [];
    for (const content of questions) {
      messages.push(UserMessage({ content, source: "User" }));
      const result = await this.#client.create([...messages]);
      const answer = typeof result.content === "string" ? result.content : "";
      messages.push(AssistantMessage({ content: answer, source: "Assistant" }));
      answers.push(answer);
    }
    return answers;
  }
}
