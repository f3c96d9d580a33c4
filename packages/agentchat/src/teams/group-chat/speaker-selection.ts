import type { Awaitable, JsonObject, RunContext } from "@tesserae/core";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";

/** What a selection sees of the run. */
export interface SelectionContext {
  readonly run: RunContext;
  /** Shows something on the stream of the run. */
  emit(item: StreamItem): void;
  /** Says something in the manager's name: to the stream, the thread and all participants. */
  say(message: ChatMessage): Awaitable<void>;
  /** Resets the participants and empties the thread. */
  startOver(): Promise<void>;
}

/** Where a run stands when it begins. */
export interface SelectionStart {
  /** The thread before the task. */
  readonly thread: readonly StreamItem[];
  /** What was begun is not over: the run goes on from a checkpoint, or from where the last one was broken off. */
  readonly goesOn: boolean;
}

/** Who speaks next: one name, or several that speak at once; or why the run ends. */
export type Selection = readonly string[] | { readonly stop: string };

/**
 * How a team chooses who speaks. This is what one kind of team adds to the common manager; it lives as long as the
 * team and is part of its state.
 */
export interface SpeakerSelection {
  /** The `type` of the manager's state, for example `RoundRobinManagerState`; `undefined` for a state without one. */
  readonly stateType: string | undefined;
  /** Only chat messages enter the thread, no events. Default: both. */
  readonly chatOnly?: boolean;
  /** Throws when a run cannot start with these messages. */
  validate?(messages: readonly ChatMessage[]): void;
  /**
   * Called at the start of a run with its task: what that changes. `anew`: the selection has taken the task for itself, and
   * begins with an empty thread; the participants do not hear it. `elsewhere`: the task says who speaks; those who were
   * asked and have not answered are not asked again. Default: everybody hears it, and they are asked again.
   */
  begin?(messages: readonly ChatMessage[], start: SelectionStart): "anew" | "elsewhere" | undefined;
  /** Called for every message and event that enters the thread. */
  observe?(items: readonly StreamItem[]): void | Promise<void>;
  /** Called for each answer of a participant, after {@link observe}. */
  answered?(name: string, message: ChatMessage, context: SelectionContext): void | Promise<void>;
  /** Called when some of several speakers have answered: who begins although others still speak. */
  early?(speaking: readonly string[]): readonly string[];
  /**
   * Called when a turn is over, before the condition: why the run ends because nobody is left to speak; `undefined` when
   * it goes on. Afterwards the selection is ready for another run.
   */
  completion?(): string | undefined;
  select(thread: readonly StreamItem[], context: SelectionContext): Awaitable<Selection>;
  reset(): void | Promise<void>;
  /** The keys of the manager's state beyond the common ones. `isUnfinished`: a run has begun and has not ended by itself. */
  saveState(isUnfinished: boolean): JsonObject;
  /** Takes the state back; `thread` is the loaded thread. */
  loadState(state: JsonObject, thread: readonly StreamItem[]): void | Promise<void>;
}
