import { plainContext, type RunContext } from "@tesserae/core";

/** The run of a team that is under way, by the id that its envelopes carry between processes. */
export class KnownRun {
  readonly #ids = new WeakMap<RunContext, string>();
  #current: { readonly id: string; readonly context: RunContext } | undefined;

  begin(context: RunContext, id: string = context.id()): void {
    this.#ids.set(context, id);
    this.#current = { id, context };
  }

  end(context: RunContext): void {
    if (this.#current?.context === context) this.#current = undefined;
  }

  idOf(context: RunContext | undefined): string | undefined {
    return context === undefined ? undefined : this.#ids.get(context);
  }

  /** Participants in Python name no run: what they say counts for the one that is under way. */
  contextOf(id: unknown): RunContext {
    const current = this.#current;
    return current !== undefined && (typeof id !== "string" || id === current.id) ? current.context : plainContext();
  }
}
