export { GatewayTransport, type GatewayRoute, type GatewayTransportOptions } from "./gateway-transport.ts";
export { presetRoutes, type PresetRoute } from "./preset-routes.ts";
export { routedModels } from "./routed-models.ts";
export type { Transport } from "../transport/types.ts";
