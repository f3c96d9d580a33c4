import { registerHooks } from "node:module";

// The tests run with the export condition "source", under which two dependencies of the protocol's client offer sources of
// their own, and Node runs none that lie in node_modules.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("eventsource")) return next(specifier, context);
    return next(specifier, {
      ...context,
      conditions: context.conditions.filter((condition) => condition !== "source"),
    });
  },
});
