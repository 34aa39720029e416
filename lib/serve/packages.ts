/** The packages that only the service needs. */
export const packages = ['fastify', '@fastify/rate-limit', 'prom-client'];
