import type { ContentType } from "./definition.ts";
import type { CustomMessageDefinition } from "./define-message.ts";
import type { StructuredMessage } from "./types.ts";

/** Whatever a stream or a result holds. */
interface Tagged {
  readonly type: string;
}

/**
 * Whether a message is of a kind of the user's own, with the type of its fields: a message made by `defineMessage`, or a
 * structured one whose content is of a content type. It looks at the message's type; the content was checked when the
 * message was made.
 *
 * @example
 * const Product = contentType("Product", z.object({ answer: z.number() }));
 * const answers = messages.filter((message) => isMessageOf(message, Product));
 * console.log(answers[0]?.content.answer);
 */
export function isMessageOf<Message extends Tagged, T>(
  message: Message | undefined,
  kind: ContentType<T>,
): message is Message & StructuredMessage<T>;
export function isMessageOf<Message extends Tagged, Fields>(
  message: Message | undefined,
  kind: CustomMessageDefinition<Fields>,
): message is Message & Fields;
export function isMessageOf(
  message: Tagged | undefined,
  kind: ContentType<unknown> | CustomMessageDefinition<unknown>,
): boolean {
  return message?.type === ("jsonSchema" in kind ? `StructuredMessage[${kind.name}]` : kind.type);
}
