/** Gives one object a property as the methods of a class are: not listed, and free to be changed. */
export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}
