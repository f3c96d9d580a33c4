import * as z from "zod";
import { expectTypeOf, test } from "vitest";
import { defineMessage, type Infer } from "../messages/define-message.ts";
import { AnyMessage } from "../messages/message-type.ts";
import type { MessageContext } from "./agent.ts";
import type { HandlerDefinition } from "./handler-definition.ts";
import { event, on, rpc } from "./handlers.ts";
import { RoutedAgent } from "./routed-agent.ts";

const Ask = defineMessage("Ask", z.object({ question: z.string() }));
const Reply = defineMessage("Reply", z.object({ answer: z.number() }));
const Plain = defineMessage<{ readonly x: number }>("Plain");

class Note {
  static readonly typeName = "Note";
  text = "";
}

test("the message of a definition is its fields, tagged", () => {
  expectTypeOf<Infer<typeof Ask>>().toEqualTypeOf<Readonly<{ question: string }> & { readonly type: "Ask" }>();
  expectTypeOf(Ask).parameter(0).toEqualTypeOf<{ question: string }>();
});

test("self, message and context are inferred from the declaration", () => {
  class Agent extends RoutedAgent {
    static override readonly handlers: readonly HandlerDefinition[] = [
      rpc(
        Ask,
        (self: Agent, message, context) => {
          expectTypeOf(self).toEqualTypeOf<Agent>();
          expectTypeOf(message).toEqualTypeOf<Infer<typeof Ask>>();
          expectTypeOf(context).toEqualTypeOf<MessageContext>();
          return Reply({ answer: self.known });
        },
        { match: ({ question }) => question !== "", returns: [Reply] },
      ),
      on([Ask, Plain], (_self: Agent, message) => {
        expectTypeOf(message).toEqualTypeOf<Infer<typeof Ask> | Infer<typeof Plain>>();
      }),
      on(Note, (_self: Agent, note) => expectTypeOf(note).toEqualTypeOf<Note>()),
      event(AnyMessage, (_self: Agent, message) => {
        expectTypeOf(message).toEqualTypeOf<unknown>();
      }),
      rpc(Ask, async () => "text", { returns: [String] }),
      rpc(Ask, () => (Math.random() < 0.5 ? 1 : Reply({ answer: 1 })), { returns: [Number, Reply] }),
    ];

    readonly known = 42;
  }
  expectTypeOf(Agent.handlers).toEqualTypeOf<readonly HandlerDefinition[]>();
});

test("an answer of an undeclared type does not compile", () => {
  // @ts-expect-error a number is declared
  rpc(Ask, () => "text", { returns: [Number] });
  // @ts-expect-error no such option
  on(Ask, () => undefined, { matches: () => true });
});
