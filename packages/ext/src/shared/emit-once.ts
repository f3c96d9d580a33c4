/** Where what was told is kept: the process, so that two copies of the package do not tell it twice. */
const TOLD = Symbol.for("tesserae.ext.warned");
/** Keys hold names that can come from outside, so there must be an end. */
const REMEMBERED = 1000;

/** Emits a process warning, once for each key. Where there is no process, as in a browser, nobody is told. */
export function emitOnce(
  key: string,
  text: string,
  options: { readonly code: string; readonly type?: string | undefined },
): void {
  const { process } = globalThis;
  if (process === undefined) return;
  const known: unknown = Reflect.get(process, TOLD);
  const told: Set<unknown> = known instanceof Set ? known : new Set();
  if (known !== told) Object.defineProperty(process, TOLD, { value: told });
  if (told.has(key)) return;
  if (told.size >= REMEMBERED) told.clear();
  told.add(key);
  process.emitWarning(text, options);
}
