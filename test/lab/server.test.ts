import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';

describe('the calls of causeway lab', () => {
  let lab: RunningLab;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
  });
  afterAll(() => lab.close());

  const call = (name: string, init: RequestInit): Promise<Response> => fetch(`${lab.endpoint}/_causeway/${name}`, init);
  const own = { 'x-causeway-lab': '1' };

  it.each([
    ['a GET', { headers: own }, 403],
    ['a call without the header, as a web page would send it', { method: 'POST', body: '{}' }, 403],
    ['a call that is none', { method: 'POST', headers: own, body: '{}' }, 404],
    ['a name of every object', { method: 'POST', headers: own, body: '{}' }, 404],
  ] as const)('%s is refused', async (what, init, status) => {
    const name = what === 'a name of every object' ? 'constructor' : what === 'a call that is none' ? 'nothing' : 'env';
    expect((await call(name, init)).status).toBe(status);
  });

  it('the clock moves forward alone', async () => {
    const move = async (by: unknown): Promise<unknown> =>
      (await call('clock', { method: 'POST', headers: own, body: JSON.stringify({ by }) })).json();
    expect(await move(-1)).toHaveProperty('error');
    expect(await move('1')).toHaveProperty('error');
    expect(await move(1000)).toHaveProperty('now');
  });

  it('a body of more than a megabyte is not read', async () => {
    const reply = await fetch(lab.endpoint, { method: 'POST', body: 'x'.repeat((1 << 20) + 1) });
    expect(reply.status).toBe(413);
  });

  it('odd requests are answered and end nothing', async () => {
    for (const [path, init] of [
      ['/%ff', {}],
      ['/?a=%', {}],
      ['/', { method: 'POST', body: 'Action=AssumeRole&Action=AssumeRole' }],
      [
        '/',
        {
          method: 'POST',
          headers: { authorization: 'AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=host, Signature=x', 'x-amz-date': 'x' },
          body: '',
        },
      ],
    ] as const) {
      const { status } = await fetch(`${lab.endpoint}${path}`, init);
      expect([400, 403, 404]).toContain(status);
    }
    expect((await call('log', { method: 'POST', headers: own })).status).toBe(200);
  });
});
