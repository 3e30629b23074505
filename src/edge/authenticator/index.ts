export { type Overrides, readServerConfig, type ServerConfig } from './config.ts';
export { createLog } from './log.ts';
export { type Authenticator, startAuthenticator, type WatchConfigMap } from './start.ts';
