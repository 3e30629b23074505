import { globText } from '../../../base/index.ts';
import type { Operator } from './operator.ts';

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** An address with its width in bits (32 or 128). */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** A range of addresses; `prefixless` when the policy wrote no prefix length. */
export interface Range extends Address {
  readonly prefix: number;
  readonly prefixless: boolean;
}

/** Reads an IPv4 or IPv6 address; undefined for anything else. */
export function readAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const value = readIpv6(text);
    return value === undefined ? undefined : { bits: 128, value };
  }
  const value = readIpv4(text);
  return value === undefined ? undefined : { bits: 32, value };
}

/** Writes an address. */
export function formatAddress({ bits, value }: Address): string {
  const width = bits === 32 ? 8n : 16n;
  const parts: string[] = [];
  for (let shift = BigInt(bits) - width; shift >= 0n; shift -= width) {
    parts.push(((value >> shift) & ((1n << width) - 1n)).toString(bits === 32 ? 10 : 16));
  }
  return bits === 32 ? parts.join('.') : parts.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}

/** Reads an address or a CIDR range; undefined for anything else. Bits behind the prefix are dropped. */
export function readRange(text: string): Range | undefined {
  const slash = text.indexOf('/');
  const address = readAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  if (slash < 0) return { ...address, prefix: address.bits, prefixless: true };
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.bits) return undefined;
  const prefix = Number(length);
  const rest = BigInt(address.bits - prefix);
  return { bits: address.bits, value: (address.value >> rest) << rest, prefix, prefixless: false };
}

/** In the range. An IPv4 address without a prefix is /32; what an IPv6 address without one means is not documented. */
export const ipAddress: Operator = {
  name: 'IpAddress',
  family: 'ip',
  wildcards: false,
  variables: 'no',
  read: (value) => {
    const range = readRange(globText(value));
    if (range === undefined) return undefined;
    if (range.bits === 32) return inIpv4(Number(range.value), 2 ** (32 - range.prefix));
    const rest = BigInt(range.bits - range.prefix);
    const wanted = range.value >> rest;
    return (text) => {
      const address = readAddress(text);
      if (address === undefined || address.bits !== range.bits) return false;
      if (address.value >> rest === wanted) return true;
      return range.prefixless ? undefined : false;
    };
  },
};

/** Plain numbers, because most policies that name addresses name these and every request is compared with them. */
function inIpv4(first: number, size: number): (text: string) => boolean {
  return (text) => {
    const address = ipv4Number(text);
    return address >= first && address < first + size;
  };
}

function readIpv4(text: string): bigint | undefined {
  const number = ipv4Number(text);
  return number < 0 ? undefined : BigInt(number);
}

/** The address as a number below 2^32; -1 when the text is none. */
function ipv4Number(text: string): number {
  let value = 0;
  let octet = -1;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? DOT : text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || octet > 255 || digits > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      digits = 0;
      dots++;
    } else if (code >= ZERO && code <= NINE) {
      octet = Math.max(octet, 0) * 10 + code - ZERO;
      digits++;
    } else {
      return -1;
    }
  }
  return dots === 4 ? value : -1;
}

function readIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map(readGroups);
  if (left === undefined) return undefined;
  const tail = right ?? [];
  if (halves.length === 2 && right === undefined) return undefined;
  const missing = 8 - left.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array<number>(missing).fill(0), ...tail];
  return groups.reduce((value, group) => value * 65536n + BigInt(group), 0n);
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  for (const [i, part] of text.split(':').entries()) {
    if (part.includes('.')) {
      const v4 = i === text.split(':').length - 1 ? readIpv4(part) : undefined;
      if (v4 === undefined) return undefined;
      out.push(Number(v4 >> 16n), Number(v4 & 65535n));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      out.push(Number.parseInt(part, 16));
    }
  }
  return out;
}
