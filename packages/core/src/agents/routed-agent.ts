import type { RouteMap } from "../messages/route-map.ts";
import { typeNameOf } from "../messages/type-name.ts";
import { CantHandleException } from "../runtime/exceptions.ts";
import { isPromiseLike } from "../runtime/is-promise-like.ts";
import type { MessageContext } from "./agent.ts";
import { BaseAgent } from "./base-agent.ts";
import { checkReply } from "./check-reply.ts";
import type { HandledType } from "./handled-type.ts";
import type { HandlerDefinition } from "./handler-definition.ts";
import { collectHandlers, routesOf, type Route } from "./handler-routes.ts";

/**
 * An agent whose class lists its handlers:
 * `static override readonly handlers = [on(Greeting, (self: Greeter, message, context) => …), rpc(…), event(…)]`.
 *
 * A message goes to the handlers of its exact type, in their order: the first one that takes it is called, alone.
 */
export abstract class RoutedAgent extends BaseAgent {
  /** The handlers of the class. Those of its base classes follow, so a class overrides by declaring the type again. */
  static readonly handlers: readonly HandlerDefinition[] = [];

  readonly #routes: RouteMap<Route>;

  constructor(description: string) {
    super(description);
    this.#routes = routesOf(new.target);
  }

  static override handledTypes(): readonly HandledType[] {
    // Made now, so that handlers that are never reached are told when the class is registered.
    routesOf(this);
    return [...super.handledTypes(), ...collectHandlers(this).flatMap(({ types }) => types)];
  }

  override onMessageImpl(message: unknown, context: MessageContext): unknown {
    const routes = this.#routes.find(message);
    const { isRpc } = context;
    for (let index = 0; index < routes.length; index += 1) {
      const route = routes[index];
      if (route === undefined || (isRpc ? !route.takesRpc : !route.takesEvents)) continue;
      if (route.match !== undefined && !route.match(message, context)) continue;
      const reply = route.handle(this, message, context);
      const { checked } = route;
      if (checked === undefined) return reply;
      return isPromiseLike(reply) ? reply.then((value) => checkReply(checked, value)) : checkReply(checked, reply);
    }
    return this.onUnhandledMessage(message, context);
  }

  /** Called for a message that no handler takes. Override it, or throw `CantHandleException`, to be strict. */
  onUnhandledMessage(message: unknown, context: MessageContext): unknown {
    const { runtime } = this;
    runtime.logger?.info(`Unhandled message: ${textOf(message)}`);
    if (!context.isRpc) return undefined;
    if (runtime.unhandledRpc === "error") {
      throw new CantHandleException(
        `${this.id} has no handler for messages of type ${typeNameOf(message) ?? typeof message}.`,
      );
    }
    return null;
  }
}

function textOf(message: unknown): string {
  try {
    return JSON.stringify(message) ?? String(message);
  } catch {
    return typeNameOf(message) ?? typeof message;
  }
}
