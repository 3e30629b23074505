// A process that stands for STS over TLS on the loopback: it answers every request with one session, and judges nothing.
// Sends its parent the port and the certificate of its authority; ends with it.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCa } from '../test/loopback/certificates.ts';

const ca = await makeCa();
const body = JSON.stringify({
  GetCallerIdentityResponse: {
    GetCallerIdentityResult: {
      Account: '222222222222',
      Arn: 'arn:aws:sts::222222222222:assumed-role/ci/build-7',
      UserId: 'AROAEXAMPLE:build-7',
    },
    ResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
  },
});
const server = createServer(await ca.issue('127.0.0.1'), (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port, ca: ca.cert }));
process.on('disconnect', () => process.exit(0));
