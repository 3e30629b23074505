import { describe, expect, it } from 'vitest';
import { homeFolder } from '../../src/cli/home.ts';

const gone = (): never => {
  throw new Error('uv_os_homedir returned ENOENT');
};

describe('the home folder', () => {
  it.each<[string, () => string, () => string, string]>([
    ['is HOME', () => '/home/alice', gone, '/home/alice'],
    ['is that of the system where HOME is empty', () => '', () => '/home/alice', '/home/alice'],
    ['is that of the system where HOME is relative', () => 'alice', () => '/home/alice', '/home/alice'],
    ['may be on Windows', () => 'C:\\Users\\alice', gone, 'C:\\Users\\alice'],
    ['is / for a user that the system does not know', gone, gone, '/'],
  ])('%s', (_, homedir, home, expected) => {
    expect(homeFolder({ homedir, userInfo: () => ({ homedir: home() }) })).toBe(expected);
  });
});
