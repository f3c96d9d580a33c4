export { GatewayTransport, type GatewayRoute, type GatewayTransportOptions } from "./gateway-transport.ts";
export { presetRoutes } from "./preset-routes.ts";
export { routedModels } from "./routed-models.ts";
