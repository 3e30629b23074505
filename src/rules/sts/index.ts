export { wrongParameter } from './parameters.ts';
export {
  type AssumeParameters,
  assumedSession,
  isChaining,
  isSelfAssumption,
  longestSession,
  type PrincipalRecord,
  type Session,
  sessionArn,
  startSession,
} from './session.ts';
