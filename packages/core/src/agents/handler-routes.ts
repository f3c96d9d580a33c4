import { emitWarning } from "../logging/warnings.ts";
import { RouteMap } from "../messages/route-map.ts";
import type { MessageContext } from "./agent.ts";
import { needsCheck } from "./check-reply.ts";
import type { Handleable, HandlerDefinition } from "./handler-definition.ts";

/** A handler, prepared for calling. */
export interface Route {
  readonly takesRpc: boolean;
  readonly takesEvents: boolean;
  readonly match: ((message: unknown, context: MessageContext) => boolean) | undefined;
  readonly handle: (self: object, message: unknown, context: MessageContext) => unknown;
  /** The definition when its answers must be looked at. */
  readonly checked: HandlerDefinition | undefined;
}

/** The class of an agent, as far as its handlers go. */
interface ClassWithHandlers {
  readonly name: string;
  readonly handlers?: readonly HandlerDefinition[];
}

const ROUTES: unique symbol = Symbol("tesserae.routes");

/** The handlers of a class and then of its base classes, each once, in the order in which they are asked. */
export function collectHandlers(agentClass: ClassWithHandlers): readonly HandlerDefinition[] {
  const found = new Set<HandlerDefinition>();
  for (let current: unknown = agentClass; typeof current === "function"; current = Object.getPrototypeOf(current)) {
    for (const definition of ownHandlers(current)) found.add(definition);
  }
  return [...found].sort((a, b) => a.order - b.order);
}

/** The routes of a class; made once and kept with it. */
export function routesOf(agentClass: ClassWithHandlers): RouteMap<Route> {
  const known: unknown = Object.hasOwn(agentClass, ROUTES) ? Reflect.get(agentClass, ROUTES) : undefined;
  if (known instanceof RouteMap) return known;
  warnOfShadowed(agentClass);
  const routes = new RouteMap<Route>();
  for (const definition of collectHandlers(agentClass)) {
    const route = toRoute(definition);
    for (const type of definition.types) routes.add(type, route);
  }
  Object.defineProperty(agentClass, ROUTES, { value: routes.seal() });
  return routes;
}

function ownHandlers(agentClass: object): readonly HandlerDefinition[] {
  const own: unknown = Object.hasOwn(agentClass, "handlers") ? Reflect.get(agentClass, "handlers") : undefined;
  return Array.isArray(own) ? own : [];
}

function toRoute(definition: HandlerDefinition): Route {
  return {
    takesRpc: definition.kind !== "event",
    takesEvents: definition.kind !== "rpc",
    // The types were checked where the handler was declared; the route map finds only messages of these types.
    match: definition.match as Route["match"],
    handle: definition.handle as Route["handle"],
    checked: needsCheck(definition) ? definition : undefined,
  };
}

/** Warns of handlers that are never reached, because one before them takes every message of their type. */
function warnOfShadowed(agentClass: ClassWithHandlers): void {
  const greedy: { readonly type: Handleable; readonly definition: HandlerDefinition }[] = [];
  for (const definition of ownHandlers(agentClass).toSorted((a, b) => a.order - b.order)) {
    for (const type of definition.types) {
      if (greedy.some((earlier) => earlier.type === type && covers(earlier.definition, definition))) {
        emitWarning(
          "TESSERAE_AMBIGUOUS_HANDLERS",
          `${agentClass.name} has two handlers for the same messages (${nameOf(type)}); the later one is never called. ` +
            "Give the earlier one a `match`, or make one of them `rpc` and the other `event`.",
        );
      }
      if (definition.match === undefined) greedy.push({ type, definition });
    }
  }
}

function covers(earlier: HandlerDefinition, later: HandlerDefinition): boolean {
  return earlier.kind === "any" || earlier.kind === later.kind;
}

function nameOf(type: Handleable): string {
  return "typeName" in type && typeof type.typeName === "string" ? type.typeName : "a class without typeName";
}
