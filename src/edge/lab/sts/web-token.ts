import type { LiveCall } from '../../../access/index.ts';
import type { Lab } from '../context.ts';
import { issuerPlace, readIssued } from '../issuer.ts';
import { Fault } from '../wire/fault.ts';

/** A token of an issuer that the lab plays, whose signature and times hold. */
export interface WebToken {
  /** The issuer without `https://`: what condition keys begin with. */
  readonly host: string;
  readonly subject: string;
  readonly audience: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
  /** Condition keys of its further claims. */
  readonly keys: LiveCall['keys'];
}

/** Claims in which a token carries session tags and a source identity (IAM user guide, "Adding session tags using AssumeRoleWithWebIdentity"). */
const TAGS = 'https://aws.amazon.com/tags';
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

/** Reads a token; throws AWS's refusal. */
export function readWebToken(lab: Lab, jwt: string): WebToken {
  const claims = readIssued(lab.store, jwt);
  if (claims === undefined) {
    throw invalid('No OpenIDConnect provider of this lab signed the token; the lab asks no issuer outside');
  }
  const { iss, sub, aud, exp, nbf } = claims;
  const audience = [aud].flat().find((one): one is string => typeof one === 'string');
  if (typeof iss !== 'string' || typeof sub !== 'string' || audience === undefined || typeof exp !== 'number') {
    throw invalid('The token lacks a claim that is needed: iss, sub, aud, exp');
  }
  const now = Math.floor(lab.now().getTime() / 1000);
  if (exp <= now) {
    const text = `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`;
    throw new Fault('ExpiredTokenException', 400, text);
  }
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now)) throw invalid('The token is not yet valid: nbf');
  const { tags, transitive } = tagsOf(claims[TAGS]);
  const sourceIdentity = sourceOf(claims[SOURCE_IDENTITY]);
  const host = issuerPlace(iss);
  const amr = [claims['amr']].flat().filter((one) => typeof one === 'string');
  return {
    ...{ host, subject: sub, audience, tags },
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    keys: [
      ...Object.entries(tags).map(([key, value]) => ({ key: `aws:RequestTag/${key}`, value })),
      ...(Object.keys(tags).length === 0 ? [] : [{ key: 'aws:TagKeys', value: Object.keys(tags) }]),
      ...(transitive.length === 0 ? [] : [{ key: 'sts:TransitiveTagKeys', value: transitive }]),
      ...(sourceIdentity === undefined ? [] : [{ key: 'sts:SourceIdentity', value: sourceIdentity }]),
      ...(amr.length === 0 ? [] : [{ key: `${host}:amr`, value: amr }]),
    ],
  };
}

/** `{ principal_tags: { Project: ['blue'] }, transitive_tag_keys: ['Project'] }` */
function tagsOf(claim: unknown): Pick<WebToken, 'tags'> & { readonly transitive: readonly string[] } {
  if (claim === undefined) return { tags: {}, transitive: [] };
  const { principal_tags: given, transitive_tag_keys: along = [] } = (claim ?? {}) as Readonly<Record<string, unknown>>;
  const wrong = invalid(`The claim ${TAGS} is malformed`);
  if (typeof given !== 'object' || given === null || !Array.isArray(along)) throw wrong;
  const tags = Object.entries(given).map(([key, values]: [string, unknown]) => {
    const [value, ...more] = [values].flat() as unknown[];
    if (typeof value !== 'string' || more.length > 0 || key === '' || key.length > 128 || value.length > 256) throw wrong;
    return [key, value] as const;
  });
  const lower = new Set(tags.map(([key]) => key.toLowerCase()));
  if (tags.length > 50 || lower.size < tags.length) throw wrong;
  const transitive = along.filter((key): key is string => typeof key === 'string' && lower.has(key.toLowerCase()));
  if (transitive.length < along.length) throw wrong;
  return { tags: Object.fromEntries(tags), transitive };
}

function sourceOf(claim: unknown): string | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim !== 'string' || !/^[\w+=,.@-]{2,64}$/.test(claim)) throw invalid(`The claim ${SOURCE_IDENTITY} is malformed`);
  return claim;
}

function invalid(message: string): Fault {
  return new Fault('InvalidIdentityToken', 400, message);
}
