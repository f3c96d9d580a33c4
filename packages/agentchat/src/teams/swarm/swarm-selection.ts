import { ValueError, type JsonObject } from "@tesserae/core";
import type { ChatMessage, HandoffMessage, StreamItem } from "../../messages/types.ts";
import type { SpeakerSelection } from "../group-chat/speaker-selection.ts";

/** Whoever was handed to speaks; until someone hands on, the same one again. */
export class SwarmSelection implements SpeakerSelection {
  readonly stateType = "SwarmManagerState";
  readonly #names: readonly string[];
  #speaker: string;
  /** The target of the last handoff in the thread. */
  #target: string | undefined;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#speaker = names[0] ?? "";
  }

  /** A run goes on only where it is clear who speaks. */
  validate(messages: readonly ChatMessage[]): void {
    const given = messages.find((message) => isHandoff(message));
    const target = given === undefined ? this.#target : given.target;
    if (target === undefined || this.#names.includes(target)) return;
    throw new ValueError(
      given === undefined
        ? `The conversation was handed to '${target}', which is not one of the participants ${this.#names.join(", ")}. Go on with a HandoffMessage to one of them as the task: resumeWith("text", "${this.#names[0] ?? ""}").`
        : `The target '${target}' of the task's HandoffMessage is not one of the participants ${this.#names.join(", ")}.`,
    );
  }

  /** Whoever a task is handed to speaks, though somebody else was asked before and has not answered. */
  begin(messages: readonly ChatMessage[]): "elsewhere" | undefined {
    return messages.some(isHandoff) ? "elsewhere" : undefined;
  }

  observe(items: readonly StreamItem[]): void {
    for (const item of items) if (isHandoff(item)) this.#target = item.target;
  }

  select(): readonly string[] {
    const target = this.#target;
    if (target !== undefined) {
      if (!this.#names.includes(target)) {
        throw new ValueError(
          `The conversation was handed to '${target}', which is not one of the participants ${this.#names.join(", ")}. End such a run with HandoffTermination("${target}").`,
        );
      }
      this.#speaker = target;
    }
    return [this.#speaker];
  }

  reset(): void {
    this.#speaker = this.#names[0] ?? "";
    this.#target = undefined;
  }

  saveState(): JsonObject {
    return { current_speaker: this.#speaker };
  }

  loadState(state: JsonObject, thread: readonly StreamItem[]): void {
    this.reset();
    const { current_speaker: speaker } = state;
    if (typeof speaker === "string" && speaker !== "") this.#speaker = speaker;
    this.observe(thread);
  }
}

function isHandoff(item: StreamItem): item is HandoffMessage {
  return item.type === "HandoffMessage";
}
