import { AnyMessage, isMessageType, type MessageClass, type MessageType } from "./message-type.ts";

/**
 * Finds what belongs to the exact type of a message: by its `type`, else by its `$typeName`, else by its class.
 * What belongs to {@link AnyMessage} is given for every message, after the rest.
 */
export class RouteMap<T> {
  readonly #byName = new Map<string, T[]>();
  readonly #byClass = new Map<unknown, T[]>();
  #forAny: readonly T[] = [];

  /** Adds an item for a type; items are found in the order in which they were added. */
  add(type: MessageType | MessageClass, item: T): void {
    if (type === AnyMessage) {
      this.#forAny = [...this.#forAny, item];
    } else if (isMessageType(type)) {
      append(this.#byName, type.typeName, item);
    } else {
      append(this.#byClass, type, item);
    }
  }

  /** Ends the adding: items for any message follow those for a type. */
  seal(): this {
    for (const items of [...this.#byName.values(), ...this.#byClass.values()]) items.push(...this.#forAny);
    return this;
  }

  /** True when some item is for every message. */
  get takesAny(): boolean {
    return this.#forAny.length > 0;
  }

  find(message: unknown): readonly T[] {
    if (typeof message === "object" && message !== null) {
      const { type } = message as { readonly type?: unknown };
      if (typeof type === "string") {
        const found = this.#byName.get(type);
        if (found !== undefined) return found;
      }
      return this.#findOther(message);
    }
    return this.#forAny;
  }

  #findOther(message: object): readonly T[] {
    const { $typeName } = message as { readonly $typeName?: unknown };
    const byName = typeof $typeName === "string" ? this.#byName.get($typeName) : undefined;
    return byName ?? this.#byClass.get(message.constructor) ?? this.#forAny;
  }
}

function append<K, T>(map: Map<K, T[]>, key: K, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
