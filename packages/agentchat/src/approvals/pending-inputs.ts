import {
  LookupError,
  TesseraeError,
  ValueError,
  checkGiven,
  isObject,
  toolDecision,
  type HeldInput,
  type Json,
  type JsonObject,
  type OpenInput,
} from "@tesserae/core";

/**
 * What a person is asked in the state of a team or an agent, as `saveState` gives it while a tool call waits for approval
 * or a `UserProxyAgent` for its text, without a journal. Those that were answered in it are left out.
 */
export function pendingInputs(state: JsonObject): readonly OpenInput[] {
  return questionsIn(state)
    .filter(({ input }) => input.answer === undefined)
    .map(({ path, input }) => {
      const { request_id: requestId, prompt, choices, tool } = input;
      return { requestId, path, prompt, choices, ...(tool === undefined ? {} : { tool }) };
    });
}

/**
 * The state with an answer to one of its {@link pendingInputs}: a text for a question, a `ToolDecision` (or `approve`,
 * `deny`) for a tool call. A team or agent that loads it and is run without a task goes on with the answer, in any
 * process; no call of a model or a tool that was made before is made again.
 *
 * @throws TesseraeError `ERR_NOT_FOUND` (no such question), `ERR_INPUT_ANSWERED` (answered already),
 * `ERR_INVALID_ARGUMENT` (no `ToolDecision`, or a state that cannot be read).
 */
export function answerInput(state: JsonObject, requestId: string, value: Json): JsonObject {
  const answered = structuredClone(state);
  const questions = questionsIn(answered);
  const found = questions.find(({ input }) => input.request_id === requestId);
  if (found === undefined) {
    const ids = pendingInputs(state).map((input) => input.requestId);
    throw new LookupError(
      `The state has no input ${requestId}. ${ids.length === 0 ? "Nothing is asked." : `Open are: ${ids.join(", ")}`}`,
    );
  }
  const { input, list, at } = found;
  if (input.answer !== undefined) {
    throw new TesseraeError("ERR_INPUT_ANSWERED", `The input ${requestId} of this state was answered already.`);
  }
  const answer: Json = input.tool === undefined ? value : { ...toolDecision(value) };
  list[at] = [list[at]?.[0] ?? 0, { ...input, answer }];
  return answered;
}

type Entry = readonly [number, HeldInput];

interface Question {
  readonly path: string;
  readonly input: HeldInput;
  /** Where it stands in the state. */
  readonly list: Entry[];
  readonly at: number;
}

function questionsIn(state: JsonObject): readonly Question[] {
  checkGiven("state", state, isObject(state), "an object, as saveState gives it");
  const found: Question[] = [];
  search(state, "", undefined, found);
  return found;
}

/**
 * Looks through the state of an agent or a team that stands at `path` under `name`. The paths are those that the run will
 * have that goes on: everything that is open is the first of its kind there.
 */
function search(state: unknown, path: string, name: string | undefined, found: Question[]): void {
  if (!isObject(state)) return;
  const members = state["agent_states"];
  if (isObject(members)) {
    const own = `${path}${name === undefined ? "" : `/${name}[0]`}/team[0]`;
    for (const [member, container] of Object.entries(members)) {
      if (isObject(container)) search(container["agent_state"], own, member, found);
    }
    return;
  }
  const turn = isObject(state["open_turn"]) ? state["open_turn"] : {};
  const outer = name === undefined ? path : `${path}/${name}[0]`;
  const agent = turn["agent"];
  const own = typeof agent === "string" && agent !== name ? `${outer}/${agent}[0]` : outer;
  const list = turn["pending_inputs"];
  const entries: unknown[] = Array.isArray(list) ? list : [];
  if (!areEntries(entries)) {
    throw new ValueError(`The state holds questions that cannot be read, under "pending_inputs" of ${own || "/"}.`);
  }
  for (const [at, [, input]] of entries.entries()) found.push({ path: own, input, list: entries, at });
  const { tools, inner_team_state: team, wrapped_agent_state: wrapped } = state;
  if (isObject(tools)) {
    for (const [tool, inner] of Object.entries(tools)) {
      if (!isObject(inner)) continue;
      const call = `${own}/call[${ordinalOf(turn, tool)}]`;
      search(inner, call, isObject(inner["agent_states"]) ? undefined : tool, found);
    }
  }
  search(team, own, typeof turn["team"] === "string" ? turn["team"] : undefined, found);
  search(wrapped, own, undefined, found);
}

/** A state has been outside of the program. */
function areEntries(entries: unknown[]): entries is Entry[] {
  return entries.every((entry) => {
    if (!Array.isArray(entry)) return false;
    const [at, input]: readonly unknown[] = entry;
    if (typeof at !== "number" || !isObject(input)) return false;
    return ["request_id", "agent", "prompt"].every((key) => typeof input[key] === "string");
  });
}

/** The ordinal of the open call of a tool: the first without a result, of those that the model has asked for last. */
function ordinalOf({ answers, results }: Readonly<Record<string, unknown>>, tool: string): number {
  const asked = listOf(answers).map((answer) => listOf(isObject(answer) ? answer["content"] : undefined));
  const done = listOf(results).map((result) => listOf(result)[0]);
  const last = asked.at(-1) ?? [];
  const before = asked.flat().length - last.length;
  const at = last.findIndex((call, index) => isObject(call) && call["name"] === tool && !done.includes(before + index));
  return before + Math.max(0, at);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
