import type { Socket } from 'node:net';

/**
 * Sends one request over a kept connection and gives its whole answer: a reader of HTTP as small as the answers of one server
 * allow, so that it takes as little as it can of the cores that it shares.
 */
export function ask(socket: Socket, request: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (): void => {
      socket.off('data', take);
      socket.off('close', lost);
    };
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const body = text.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (body < 4 || text.length < body + length) return;
      end();
      resolve(text);
    };
    const lost = (): void => {
      end();
      reject(new Error('the connection was closed'));
    };
    socket.on('data', take);
    socket.on('close', lost);
    socket.write(request);
  });
}
