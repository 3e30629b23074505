export { type ConfigResult, type Overrides, readServerConfig, type ServerConfig } from './config.ts';
export type { Fault } from './config-node.ts';
export { createLog, type LogFormat } from './log.ts';
export { type Authenticator, type StartOptions, startAuthenticator, tellFaults } from './start.ts';
