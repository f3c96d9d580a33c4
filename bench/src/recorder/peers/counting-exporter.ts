/** An exporter of spans to nowhere, which counts what reaches it. */
export class CountingExporter {
  count = 0;

  export(spans: readonly unknown[], done: (result: { code: number }) => void): void {
    this.count += spans.length;
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}

  async forceFlush(): Promise<void> {}
}
