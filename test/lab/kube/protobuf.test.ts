import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/edge/lab/kube/json.ts';
import { KINDS } from '../../../src/edge/lab/kube/kinds.ts';
import { readByMessage } from '../../../src/edge/lab/kube/schema/check.ts';
import { decodeBody, NotDecoded } from '../../../src/edge/lab/kube/schema/decode.ts';
import { type Field, messageNamed } from '../../../src/edge/lab/kube/schema/messages.ts';
import { holds } from '../../properties/runs.ts';
import { asking, NAMESPACE } from './ask.ts';
import { encodeBody } from './encode.ts';
import { testSeat } from './seat.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

// What kubectl 1.33.1 sent, taken from the wire: `create configmap a --from-literal=k=v`, `create deployment web --image=nginx`.
const CONFIG_MAP = 'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBYRIAGgAiACoAMgA4AEIAEgYKAWsSAXYaACIA';
const DEPLOYMENT =
  'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EqsBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEnoIARIMCgoKA2FwcBIDd2ViGmAKHAoAEgAa' +
  'ACIAKgAyADgAQgBaCgoDYXBwEgN3ZWISQBIiCgVuZ2lueBIFbmdpbngqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAi' +
  'AgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==';

const KIND_NAMES = [
  ...KINDS.map(({ kind }) => kind),
  ...'SelfSubjectReview TokenReview TokenRequest SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview LocalSubjectAccessReview Scale Eviction DeleteOptions'.split(
    ' ',
  ),
];

/** Objects of a kind, with few fields each, down to a depth. */
function objects(name: string, depth: number): fc.Arbitrary<JsonObject> {
  const fields = [...(messageNamed(name)?.byName.values() ?? [])];
  return fc
    .subarray(fields, { maxLength: Math.min(4, fields.length) })
    .chain((chosen) =>
      fc
        .tuple(...chosen.map((field) => values(field, depth).map((value): [string, Json] => [field.name, value])))
        .map((entries) => Object.fromEntries(entries)),
    );
}

function values(field: Field, depth: number): fc.Arbitrary<Json> {
  const one = single(field.type, depth);
  if (field.shape === 'list') return fc.array(one, { minLength: 1, maxLength: 3 });
  if (field.shape === 'map') return fc.dictionary(fc.string(), one, { minKeys: 1, maxKeys: 3 });
  return one.map((value) => value);
}

function single(type: string, depth: number): fc.Arbitrary<Json> {
  switch (type) {
    case 'string':
      return fc.string({ minLength: 1, unit: 'grapheme' });
    case 'bytes':
      return fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'bool':
      return fc.constant(true);
    case 'int':
      return fc.maxSafeInteger().filter((value) => value !== 0);
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: 0.5 });
    case 'Quantity':
      return fc.constantFrom('1', '100m', '2Gi');
    case 'IntOrString':
      return fc.oneof(fc.integer(), fc.string({ minLength: 1 }));
    case 'Time':
      return fc.constantFrom('2026-01-02T03:04:05Z', '1999-12-31T23:59:59Z');
    case 'MicroTime':
      return fc.constant('2026-01-02T03:04:05.000000Z');
    case 'ExtraValue':
      return fc.array(fc.string(), { minLength: 1, maxLength: 2 });
    case 'FieldsV1':
      return fc.constant({ 'f:a': {} });
    default:
      // An empty message that is no pointer is dropped; one with a field stays.
      return depth === 0 ? fc.constant(null) : objects(type, depth - 1);
  }
}

/** Without what a wire cannot tell from absence: nulls and empty objects. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map((each) => bare(each) ?? {});
  if (!isObject(value)) return value;
  const kept = Object.entries(value)
    .map(([key, each]): [string, Json] => [key, bare(each)])
    .filter(([, each]) => each !== null && !(isObject(each) && Object.keys(each).length === 0));
  return Object.fromEntries(kept);
}

describe('protobuf bodies', () => {
  it('are read as kubectl sends them', () => {
    expect(decodeBody(Buffer.from(CONFIG_MAP, 'base64'))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { k: 'v' },
    });
    const labels = { app: 'web' };
    expect(decodeBody(Buffer.from(DEPLOYMENT, 'base64'))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } },
      },
    });
    const { ask } = asking(testSeat());
    const got = ask('POST', `${NAMESPACE}/configmaps`, Buffer.from(CONFIG_MAP, 'base64'), { type: PROTOBUF });
    expect(got).toMatchObject({ status: 201, body: { data: { k: 'v' } } });
  });

  it('have a message for each kind that is served', () => {
    expect(KIND_NAMES.filter((kind) => messageNamed(kind) === undefined)).toEqual([]);
  });

  it('hold what was put in, for every kind', () => {
    holds(
      300,
      fc.property(
        fc.constantFrom(...KIND_NAMES).chain((kind) => fc.tuple(fc.constant(kind), objects(kind, 3))),
        ([kind, object]) => {
          const whole = { apiVersion: 'v1', kind, ...Object(bare(object)) };
          const back = decodeBody(encodeBody(whole));
          expect(bare(back)).toEqual(whole);
          // What the decoder gives is what the JSON reader takes.
          expect(readByMessage(kind, back)).toMatchObject({ unknown: [], object: back });
        },
      ),
    );
  });

  it('are either read or refused, whatever the bytes', () => {
    const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes]));
    const bent = fc.tuple(objects('Pod', 3), fc.nat(), fc.nat(255), fc.boolean()).map(([object, at, to, cut]) => {
      const bytes = Buffer.from(encodeBody({ apiVersion: 'v1', kind: 'Pod', ...Object(bare(object)) }));
      bytes[at % bytes.length] = to;
      return cut ? bytes.subarray(0, at % bytes.length) : bytes;
    });
    holds(
      1000,
      fc.property(fc.oneof(random, bent, fc.uint8Array()), (bytes) => {
        try {
          expect(typeof decodeBody(bytes).kind).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(NotDecoded);
        }
      }),
    );
  });

  it.each([
    ['no mark', Buffer.from('{}')],
    ['an unknown kind', encodeBody({ apiVersion: 'v1', kind: 'Nothing' })],
    ['a field that no table has', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x7a, 1, 0])])],
    ['a length beyond the end', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x07])])],
    ['a text that is no UTF-8', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0a, 3, 0x0a, 1, 0xff])])],
  ])('are refused with 400 for %s', (_, body) => {
    const { ask, store } = asking(testSeat());
    const before = store.version();
    expect(ask('POST', `${NAMESPACE}/configmaps`, body, { type: PROTOBUF }).status).toBe(400);
    expect(store.version()).toBe(before);
  });
});
