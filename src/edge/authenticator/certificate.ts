import { webcrypto, X509Certificate } from 'node:crypto';
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../files/index.ts';

/** A certificate and its key, in PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
  /** Whether it was made just now. */
  readonly made: boolean;
  /** What an operator should know about it; empty when all is well. */
  readonly warnings: readonly string[];
}

/** Whom a certificate is for. */
export interface CertificateNames {
  readonly hostname: string;
  readonly address: string;
}

/**
 * The certificate of the server: `cert.pem` and `key.pem` of the state folder, or a self-signed one that is made there once
 * (the original: pkg/config/certs.go; facts §1.9). The key belongs to its owner alone, before a byte is in it.
 * Throws when the folder cannot be used, or holds one of the two without the other.
 */
export async function serverIdentity(stateDir: string, names: CertificateNames, now: Date): Promise<ServerIdentity> {
  const [certFile, keyFile] = [join(stateDir, 'cert.pem'), join(stateDir, 'key.pem')];
  const [cert, key] = await Promise.all([readIfThere(certFile), readIfThere(keyFile)]);
  if (cert !== undefined && key !== undefined) {
    return { cert, key, made: false, warnings: [...judge(cert, certFile, names, now), ...(await judgeMode(keyFile))] };
  }
  if (cert !== undefined || key !== undefined) {
    const [there, missing] = cert === undefined ? [keyFile, certFile] : [certFile, keyFile];
    throw new Error(`${there} is there and ${missing} is not: put it back, or remove both to get new ones`);
  }
  const made = await makeCertificate(names, now);
  makeFolder(stateDir);
  // The key first: a certificate without a key would be found as half an identity by the next start.
  await writeWhole(keyFile, made.key, 0o600);
  await writeWhole(certFile, made.cert, 0o644);
  return { ...made, made: true, warnings: [] };
}

function judge(pem: string, file: string, { hostname, address }: CertificateNames, now: Date): string[] {
  const certificate = new X509Certificate(pem);
  const warnings: string[] = [];
  if (certificate.validToDate <= now) warnings.push(`the certificate in ${file} expired on ${certificate.validTo}`);
  const isIp = /^[\d.]+$|:/.test(hostname);
  const fits = isIp ? certificate.checkIP(hostname) : certificate.checkHost(hostname);
  if (fits === undefined) warnings.push(`the certificate in ${file} is not for ${hostname} (address ${address})`);
  return warnings;
}

async function judgeMode(file: string): Promise<string[]> {
  const { mode } = await stat(file);
  return (mode & 0o077) === 0 ? [] : [`others than its owner can read ${file}: chmod 600 ${file}`];
}

/** A hundred years, as the original's: whoever wants shorter ones brings his own. */
async function makeCertificate(
  { hostname, address }: CertificateNames,
  now: Date,
): Promise<{ readonly cert: string; readonly key: string }> {
  // The library asks for it before it is loaded itself.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const names = [...new Set([hostname, 'localhost', '127.0.0.1', ...(isWildcard(address) ? [] : [address])])];
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + 100);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=aws-iam-authenticator',
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter,
    signingAlgorithm,
    keys,
    extensions: [
      // It is the CA of the kubeconfig as well.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = pkcs8.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return { cert: `${certificate.toString('pem')}\n`, key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n` };
}

function isWildcard(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::';
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes beside and renames: a reader finds the old file or the new one, never half of one. */
export async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, text, { mode, flag: 'w' });
  // The process's umask may have taken rights away, and a file left from before keeps its own.
  await chmod(beside, mode);
  await rename(beside, file);
}
