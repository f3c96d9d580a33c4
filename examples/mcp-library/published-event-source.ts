/**
 * The examples run with the export condition "source", under which two dependencies of the protocol's client offer sources
 * of their own, and Node runs none that lie in node_modules. A program of yours has no need of this.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("eventsource")) return next(specifier, context);
    const conditions = context.conditions.filter((condition) => condition !== "source");
    return next(specifier, { ...context, conditions });
  },
});
