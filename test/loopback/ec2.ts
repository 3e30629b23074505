import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Mishap, StsCaller } from './sts.ts';
import { type Refusal, verify } from './sts-verify.ts';

/** The world that the double knows. */
export interface Ec2World {
  readonly callers: readonly StsCaller[];
  /** Instance id → private DNS name. */
  readonly instances: Readonly<Record<string, string>>;
  /** Asked for each call with its number, from 1; a mishap is what happens to it. */
  readonly mishap?: (call: number) => Mishap | undefined;
  /** Awaited before a call is answered. */
  readonly gate?: Promise<void>;
}

/** EC2 on the loopback. */
export interface Ec2Double {
  readonly url: string;
  /** Instances of each call whose signature was right, with who signed it. */
  readonly calls: readonly { readonly caller: string; readonly region: string; readonly instances: readonly string[] }[];
  readonly refused: readonly string[];
  readonly close: () => Promise<void>;
}

/** A double of EC2 that knows DescribeInstances with the filter `instance-id`, and recomputes every signature. */
export async function startEc2(world: Ec2World): Promise<Ec2Double> {
  const calls: { caller: string; region: string; instances: readonly string[] }[] = [];
  const refused: string[] = [];
  const callers = new Map(world.callers.map((caller) => [caller.accessKeyId, caller]));
  let served = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (status: number, xml: string): void => {
      response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' }).end(`<?xml version="1.0"?>\n${xml}`);
    };
    const refuse = ({ status, code, message }: Refusal): void => {
      const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
      send(status, `<Response><Errors>${error}</Errors><RequestID>0</RequestID></Response>`);
    };
    const signed = verify(request, Buffer.concat(chunks).toString(), callers, new Date(), 'ec2');
    if ('code' in signed) {
      refused.push(signed.code);
      return refuse(signed);
    }
    const { parameters } = signed;
    if (parameters['Action'] !== 'DescribeInstances' || parameters['Version'] !== '2016-11-15')
      return refuse({ status: 400, code: 'InvalidAction', message: 'no such action in this version' });
    if (parameters['Filter.1.Name'] !== 'instance-id')
      return refuse({ status: 400, code: 'InvalidParameterValue', message: 'this double knows one filter' });
    const asked = Object.entries(parameters).flatMap(([name, value]) => (name.startsWith('Filter.1.Value.') ? [value] : []));
    const region = /\/([^/]+)\/ec2\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    calls.push({ caller: signed.caller?.arn ?? '', region, instances: asked });
    const mishap = world.mishap?.(++served);
    await world.gate;
    if (mishap === 'hang') return;
    if (mishap === 'cut') return void request.socket.destroy();
    if (mishap !== undefined && 'raw' in mishap) return void response.writeHead(mishap.status, mishap.headers).end(mishap.raw);
    if (mishap !== undefined && 'code' in mishap) return refuse(mishap);
    send(200, describe(asked.filter((id) => Object.hasOwn(world.instances, id)).map((id) => [id, world.instances[id] ?? ''])));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** An answer as EC2 writes it, a reservation for each instance. */
export function describe(instances: readonly (readonly [id: string, name: string])[]): string {
  const items = instances.map(
    ([id, name]) =>
      `<item><reservationId>r-1</reservationId><groupSet/><instancesSet><item><instanceId>${id}</instanceId>` +
      `<instanceState><code>16</code><name>running</name></instanceState><privateDnsName>${name}</privateDnsName>` +
      '<networkInterfaceSet><item><privateDnsName>not-this-one</privateDnsName></item></networkInterfaceSet></item></instancesSet></item>',
  );
  return (
    '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId>' +
    `<reservationSet>${items.join('')}</reservationSet></DescribeInstancesResponse>`
  );
}
