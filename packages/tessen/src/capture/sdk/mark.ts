/** On a prototype whose methods are patched, and on a function that is such a patch: shared by all copies of tessen. */
const PATCHED: unique symbol = Symbol.for("tessen.patched.v1");

/** Whether an object bears the mark itself: a subclass of a patched class is not patched. */
export function isMarked(target: object): boolean {
  return Object.hasOwn(target, PATCHED);
}

/** Marks an object. */
export function mark(target: object): void {
  Object.defineProperty(target, PATCHED, { value: true, configurable: true });
}

/** Takes the mark away. */
export function unmark(target: object): void {
  Reflect.deleteProperty(target, PATCHED);
}
