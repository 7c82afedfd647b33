// SPDX-License-Identifier: Apache-2.0
// The other side of a key service, by an independent implementation of RFC 9497 (@noble/curves).
//
//   node voprf.mjs client URL SECRET PUBLIC-KEY COUNT   asks elig's service, and compares with what it computes itself
//   node voprf.mjs server SECRET                        serves elig's client; prints its address, ends with its input
//
// Keys are in hexadecimal. Ends with 0 if all is as it should be.

import http from 'node:http';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // in Debian 12's Node.js it has another name
const { ristretto255_oprf } = await import('@noble/curves/ed25519.js');
const { voprf } = ristretto255_oprf;

const ELEMENT_BYTES = 32;
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const keysOf = (secret) => voprf.deriveKeyPair(bytes(secret), Buffer.from('elig'));
const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const split = (body) =>
  Array.from({ length: body.length / ELEMENT_BYTES }, (_, i) => body.slice(i * ELEMENT_BYTES, (i + 1) * ELEMENT_BYTES));

// An identifier as elig hands it to the function: length of the kind's name, the name, the canonical form.
const messageOf = (kind, form) => Uint8Array.from(Buffer.concat([Buffer.from([kind.length]), Buffer.from(kind + form)]));

async function client(url, secret, publicKey, count) {
  const keys = keysOf(secret);
  if (!same(keys.publicKey, bytes(publicKey))) throw new Error('the public key in the header is another one');
  const inputs = Array.from({ length: count }, (_, i) => messageOf('email', `person-${i}@example.org`));
  const blinds = inputs.map((input) => voprf.blind(input));
  const answer = await fetch(url, { method: 'POST', body: Buffer.concat(blinds.map(({ blinded }) => blinded)) });
  const body = new Uint8Array(await answer.arrayBuffer());
  const evaluated = split(body.slice(0, count * ELEMENT_BYTES));
  const proof = body.slice(count * ELEMENT_BYTES);
  const items = inputs.map((input, i) => ({ input, evaluated: evaluated[i], ...blinds[i] }));
  const outputs = voprf.finalizeBatch(items, keys.publicKey, proof);
  outputs.forEach((output, i) => {
    const own = voprf.blind(inputs[i]);
    const { evaluated, proof } = voprf.blindEvaluate(keys.secretKey, keys.publicKey, own.blinded);
    if (!same(output, voprf.finalize(inputs[i], own.blind, evaluated, own.blinded, keys.publicKey, proof)))
      throw new Error(`output ${i} differs`);
  });
}

function server(secret) {
  const keys = keysOf(secret);
  const listener = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const blinded = split(new Uint8Array(Buffer.concat(chunks)));
    const { evaluated, proof } = voprf.blindEvaluateBatch(keys.secretKey, keys.publicKey, blinded);
    response.end(Buffer.concat([...evaluated, proof]));
  });
  listener.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${listener.address().port}/`));
  process.stdin.resume().on('end', () => listener.close(() => process.exit(0)));
}

const [role, ...rest] = process.argv.slice(2);
if (role === 'client') await client(rest[0], rest[1], rest[2], Number(rest[3]));
else server(rest[0]);
