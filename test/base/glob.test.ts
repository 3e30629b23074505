import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY, compileGlob, findWitness, globAfter, globOf, literalOf, STAR } from '../../src/base/index.ts';

const yes: readonly (readonly [string, string])[] = [
  ['*', ''],
  ['a*', 'a'],
  ['a*', 'abc'],
  ['*c', 'abc'],
  ['a*c', 'ac'],
  ['a?c', 'abc'],
  ['*a*b*', 'xaxxbx'],
  ['a**b', 'ab'],
  ['', ''],
];
const no: readonly (readonly [string, string])[] = [
  ['a*', 'ba'],
  ['a?c', 'ac'],
  ['?', ''],
  ['', 'a'],
  ['a*b', 'abc'],
  ['abc', 'ABC'],
];

const piece = fc.constantFrom('a', 'b', '*', '?');
const pattern = fc.array(piece, { maxLength: 5 }).map((list) => list.join(''));
const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((list) => list.join(''));
const regex = (glob: string) => new RegExp(`^${glob.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`);

describe('globs', () => {
  it.each(yes)('%j matches %j', (glob, value) => expect(compileGlob(globOf(glob))(value)).toBe(true));
  it.each(no)('%j does not match %j', (glob, value) => expect(compileGlob(globOf(glob))(value)).toBe(false));

  it('a literal asterisk is none', () => {
    expect(compileGlob(literalOf('a*'))('a*')).toBe(true);
    expect(compileGlob(literalOf('a*'))('ab')).toBe(false);
  });

  it('match as the same regular expression does', () => {
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        expect(compileGlob(globOf(glob))(value)).toBe(regex(glob).test(value));
      }),
    );
  });

  it('the rests after a prefix match what the whole matches', () => {
    fc.assert(
      fc.property(pattern, text, text, (glob, prefix, rest) => {
        const after = globAfter(globOf(glob), prefix).some((one) => compileGlob(one)(rest));
        expect(after).toBe(compileGlob(globOf(glob))(prefix + rest));
      }),
    );
  });
});

describe('witnesses', () => {
  const group = (...globs: readonly string[]) => globs.map((glob) => ({ glob: globOf(glob) }));

  it('meets in the middle of two patterns', () => {
    expect(findWitness({ groups: [group('a*'), group('*b')], none: group('ab') })).toMatch(/^a.+b$/);
  });

  it('proves that there is none', () => {
    expect(findWitness({ groups: [group('a*'), group('b*')], none: [] })).toBeNull();
    expect(findWitness({ groups: [group('a?')], none: [{ glob: [STAR, ANY] }] })).toBeNull();
  });

  it('folds where the pattern ignores case', () => {
    expect(findWitness({ groups: [[{ glob: globOf('ab'), fold: true }], group('A?')], none: group('AB') })).toBe('Ab');
  });

  it('is right wherever short texts can tell', () => {
    const all = ['', 'a', 'b', 'c', ...['a', 'b', 'c'].flatMap((x) => ['a', 'b', 'c'].map((y) => x + y))];
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 2 }), fc.array(pattern, { maxLength: 2 }), (some, none) => {
        const found = findWitness({ groups: some.map((one) => group(one)), none: group(...none) });
        const fits = (value: string) =>
          some.every((one) => regex(one).test(value)) && !none.some((one) => regex(one).test(value));
        if (typeof found === 'string') expect(fits(found)).toBe(true);
        else expect(all.filter(fits)).toEqual([]);
      }),
    );
  });
});
