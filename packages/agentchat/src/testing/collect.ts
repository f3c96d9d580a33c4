/** All items of a stream. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** The types of items, for comparing what came in which order. */
export function typesOf(items: readonly { readonly type: string }[]): readonly string[] {
  return items.map((item) => item.type);
}

/** What a rejected promise rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The promise was not rejected.");
}

/** The warnings that the process emits while the body runs, kept from the console. */
export async function warningsOf(body: () => unknown): Promise<readonly string[]> {
  const warnings: string[] = [];
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error) => void warnings.push(String(warning));
  try {
    await body();
  } finally {
    process.emitWarning = emitWarning;
  }
  return warnings;
}
