/**
 * Each item as one server-sent event with JSON data; an error as an `error` event, after which the stream ends. Nothing
 * is taken before somebody reads.
 */
export function toServerSentEvents<T>(
  items: AsyncIterator<T, void>,
  toJson: (item: T) => string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await items.next();
          if (next.done === true) controller.close();
          else controller.enqueue(encoder.encode(`data: ${toJson(next.value)}\n\n`));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          controller.enqueue(encoder.encode(`event: error\ndata: ${JSON.stringify({ message })}\n\n`));
          controller.close();
          // An item that cannot be written ends the run, which nobody reads any more.
          await items.return?.();
        }
      },
      async cancel() {
        await items.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
