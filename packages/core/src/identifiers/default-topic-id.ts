import { MessageHandlerContext } from "../agents/message-handler-context.ts";
import { TopicId } from "./topic-id.ts";

/** Options of {@link DefaultTopicId}. */
export interface DefaultTopicIdOptions {
  /** Default: `"default"`. */
  readonly type?: string | undefined;
  /** Default: the key of the agent whose handler is running, outside of a handler `"default"`. */
  readonly source?: string | undefined;
}

/**
 * The topic that agents use when nothing is said: it stays within the conversation of the agent that publishes,
 * because its source is that agent's key. A plain {@link TopicId} in every other respect, also in equality.
 */
export class DefaultTopicId extends TopicId {
  constructor(options: DefaultTopicIdOptions = {}) {
    super(options.type ?? "default", options.source ?? MessageHandlerContext.currentAgentId()?.key ?? "default");
  }
}
