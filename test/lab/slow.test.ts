import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { awsServer } from '../../src/edge/lab/server.ts';
import { askLab } from '../loopback/lab.ts';
import { labOf } from './make.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function open(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, () => resolve(socket)));
    socket.on('error', reject);
    ends.push(() => socket.destroy());
  });
}

function closed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.removeAllListeners('error').on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

async function impatient(): Promise<number> {
  const server: Server = awsServer(labOf(), async () => undefined, undefined, { headers: 50, request: 100, check: 10 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return (server.address() as AddressInfo).port;
}

describe('a client that sends slowly', () => {
  it.each([
    ['no end of its headers', 'POST / HTTP/1.1\r\nHost: x\r\nX-A: '],
    ['nothing of its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n'],
    ['a part of its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction='],
    ['a chunk without its end', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nAction='],
  ])('%s is cut off', async (_, text) => {
    const answered = await closed(await open(await impatient(), text));
    expect(answered).not.toContain('200 OK');
  });
});

describe('a running lab', () => {
  async function running(): Promise<{ readonly lab: RunningLab; readonly port: number; readonly cluster: number }> {
    const lab = await startLab({ port: 0, now: () => new Date() });
    ends.push(() => lab.close());
    const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig');
    const cluster = Number(/server: https:\/\/127\.0\.0\.1:(\d+)/.exec(kubeconfig)?.[1]);
    return { lab, port: Number(new URL(lab.endpoint).port), cluster };
  }

  it('answers others while many clients send nothing more, in every state of a connection, and ends with all of them', async () => {
    const { lab, port, cluster } = await running();
    const halves = [
      [port, ''],
      [port, 'POST / HTT'],
      [port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n'],
      [port, 'CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: sts.amazonaws.com:443\r\n\r\n'],
      [port, 'CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: sts.amazonaws.com:443\r\n\r\n\u0016\u0003\u0001'],
      [cluster, ''],
      [cluster, '\u0016\u0003\u0001\u0002'],
    ] as const;
    const sockets = await Promise.all(
      Array.from({ length: 210 }, (_, i) => {
        const [at, text] = halves[i % halves.length] ?? halves[0];
        return open(at, text);
      }),
    );
    expect((await fetch(lab.endpoint)).status).toBe(403);
    const secured = await new Promise<boolean>((resolve, reject) => {
      const socket = connectTls({ port: cluster, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(true));
      socket.on('error', reject);
      ends.push(() => socket.destroy());
    });
    expect(secured).toBe(true);
    const gone = sockets.map(closed);
    await lab.close();
    await Promise.all(gone);
  });

  it('keeps nothing for clients that send much and read nothing', async () => {
    const { lab, port } = await running();
    // Answers pile up in the kernel, then in Node, which stops reading requests of that connection.
    const one = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    const socket = await open(port, one.repeat(2000));
    socket.pause();
    expect((await fetch(lab.endpoint)).status).toBe(403);
    socket.destroy();
    expect((await fetch(lab.endpoint)).status).toBe(403);
  });
});
