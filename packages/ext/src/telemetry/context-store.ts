import { AsyncLocalStorage } from "node:async_hooks";
import { context, ROOT_CONTEXT, type Context } from "@opentelemetry/api";

/**
 * Makes a context the active one while the work of a channel runs: in OpenTelemetry, so that spans of the user's own are
 * children of ours, and here, so that ours nest where no context manager is registered.
 */
export class ContextStore extends AsyncLocalStorage<Context> {
  /** The active context. */
  get active(): Context {
    const active = context.active();
    return active === ROOT_CONTEXT ? (this.getStore() ?? active) : active;
  }

  override run<R, Args extends unknown[]>(store: Context, callback: (...args: Args) => R, ...args: Args): R {
    return super.run(store, () => context.with(store, () => callback(...args)));
  }
}
