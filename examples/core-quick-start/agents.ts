/** One actor changes a number, one checks it, and neither knows that there is the other, or where. */
import {
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  defineMessage,
  on,
  type ClassSubscriptions,
  type HandlerDefinition,
  type Infer,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";

const LINE = "-".repeat(80);

//#region message
export const Message = defineMessage("Message", z.object({ content: z.number() }));
export type Message = Infer<typeof Message>;
//#endregion

//#region agents
export class Modifier extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Message, (self: Modifier, message, context) => self.modify(message, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  readonly #modifyVal: (value: number) => number;

  constructor(modifyVal: (value: number) => number) {
    super("Changes a number.");
    this.#modifyVal = modifyVal;
  }

  async modify({ content }: Message, context: MessageContext): Promise<void> {
    const value = this.#modifyVal(content);
    console.log(`${LINE}\nModifier:\nModified ${content} to ${value}`);
    await context.publish(Message({ content: value }), new DefaultTopicId());
  }
}

export class Checker extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Message, (self: Checker, message, context) => self.check(message, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  readonly #runUntil: (value: number) => boolean;

  constructor(runUntil: (value: number) => boolean) {
    super("Checks a number.");
    this.#runUntil = runUntil;
  }

  async check({ content }: Message, context: MessageContext): Promise<void> {
    if (this.#runUntil(content)) {
      console.log(`${LINE}\nChecker:\n${content} failed the check, stopping.`);
      return;
    }
    console.log(`${LINE}\nChecker:\n${content} passed the check, continue.`);
    await context.publish(Message({ content }), new DefaultTopicId());
  }
}
//#endregion
