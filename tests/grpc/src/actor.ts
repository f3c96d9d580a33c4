import {
  AgentId,
  DefaultTopicId,
  RoutedAgent,
  defineMessage,
  on,
  type HandlerDefinition,
  type Infer,
  type JsonObject,
  type MessageContext,
} from "@tesserae/core";

/** What actors are told to do. */
export const Ask = defineMessage<{ readonly content: string }>("Ask");
type Ask = Infer<typeof Ask>;

/** What actors answer. */
export const Answer = defineMessage<{ readonly content: string }>("Answer");

/** A message that an actor has got. */
export interface Received {
  readonly received: string;
  readonly agent: string;
  readonly sender: string | null;
  readonly topic: string | null;
}

/** Does what a message says; `python/peer.py` has the same in Python. */
export class Actor extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Ask, (self: Actor, { content }: Ask, context) => self.perform(content, context)),
  ];
  readonly #tell: (received: Received) => void;
  #kept: JsonObject = {};

  constructor(tell: (received: Received) => void) {
    super("does what a message says");
    this.#tell = tell;
  }

  async perform(order: string, context: MessageContext): Promise<unknown> {
    this.#tell({
      received: order,
      agent: this.id.toString(),
      sender: context.sender?.toString() ?? null,
      topic: context.topicId?.toString() ?? null,
    });
    const { verb = "", rest = "" } = /^(?<verb>\S*) ?(?<rest>.*)$/s.exec(order)?.groups ?? {};
    if (verb === "fail") throw new TypeError(rest);
    if (verb === "nothing") return null;
    if (verb === "unserializable") return new Set([1, 2]);
    if (verb === "wait") await new Promise((resolve) => setTimeout(resolve, Number.parseFloat(rest) * 1000));
    if (verb === "ask") {
      const [target = "", ...words] = rest.split(" ");
      return context.send(Ask({ content: words.join(" ") }), AgentId.fromString(target));
    }
    if (verb === "round" && Number(rest) < 5) {
      await context.publish(Ask({ content: `round ${Number(rest) + 1}` }), new DefaultTopicId());
    }
    return Answer({ content: `${this.id}: ${order}` });
  }

  override async saveState(): Promise<JsonObject> {
    return { ...this.#kept, of: this.id.toString() };
  }

  override async loadState(state: JsonObject): Promise<void> {
    this.#kept = state;
  }
}
