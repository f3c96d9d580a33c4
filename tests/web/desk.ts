import {
  AssistantAgent,
  HandoffTermination,
  MemoryThreadStore,
  RoundRobinGroupChat,
  TextMentionTermination,
  UserProxyAgent,
  type BaseGroupChat,
  type InputFunction,
  type ThreadRecord,
} from "@tesserae/agentchat";
import { raceSignal } from "@tesserae/core";
import { ScriptedClient, callsOf, type ScriptedReply } from "@tesserae/core/testing";

/** A store that tells when something was saved. */
export class WatchedStore extends MemoryThreadStore {
  readonly #waiting: { readonly isIt: (id: string, record: ThreadRecord) => boolean; readonly resolve: () => void }[] =
    [];

  override save(id: string, record: ThreadRecord): void {
    super.save(id, record);
    for (const { isIt, resolve } of this.#waiting) if (isIt(id, record)) resolve();
  }

  /** Resolves at the next save of this conversation. */
  saved(id: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isIt: (other) => other === id, resolve });
    });
  }
}

/** A model that answers nothing until it is aborted, and tells of both. */
export class SilentModel extends ScriptedClient {
  readonly asked: Promise<void>;
  readonly aborted: Promise<void>;

  constructor() {
    let tell: () => void = () => undefined;
    let end: () => void = () => undefined;
    super(async ({ signal }) => {
      tell();
      try {
        return await raceSignal(new Promise<string>(() => undefined), signal);
      } finally {
        end();
      }
    });
    this.asked = new Promise((resolve) => (tell = resolve));
    this.aborted = new Promise((resolve) => (end = resolve));
  }
}

/** Greets; hands a question over to the user; thanks for what comes next. */
export const clerkReplies: ScriptedReply = (_options, { messages }) => {
  const users = messages.flatMap(({ type, content }) =>
    type === "UserMessage" && typeof content === "string" ? [content] : [],
  );
  const last = users.at(-1) ?? "";
  if (last === "refund") return callsOf(["transfer_to_user", {}]);
  return `You said: ${users.filter((text) => !text.startsWith("Transferred")).join(", ")}.`;
};

/** One clerk who may ask the user by a handoff. */
export function clerkTeam(model: ScriptedClient): BaseGroupChat {
  const clerk = new AssistantAgent({ name: "clerk", modelClient: model, modelClientStream: true, handoffs: ["user"] });
  return new RoundRobinGroupChat({
    participants: [clerk],
    terminationCondition: new HandoffTermination("user"),
    maxTurns: 1,
  });
}

/** A clerk and the user, until the user approves. */
export function attendedTeam(model: ScriptedClient, inputFunc: InputFunction): BaseGroupChat {
  return new RoundRobinGroupChat({
    participants: [
      new AssistantAgent({ name: "clerk", modelClient: model }),
      new UserProxyAgent({ name: "user", inputFunc }),
    ],
    terminationCondition: new TextMentionTermination("APPROVE", { sources: ["user"] }),
  });
}
