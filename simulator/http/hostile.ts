import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { HostileBody } from './answer.ts';

const type = { 'content-type': 'application/json' };
const megabyte = 1_048_576;

/** Sends a body that a careless client would choke on. Each ends when the client hangs up. */
export function sendHostile(response: ServerResponse, body: HostileBody): void {
  switch (body) {
    case 'truncated':
      response.writeHead(200, { ...type, 'content-length': 4096 });
      response.write('{"symbol":"BTCUSDT","orderId":"C02__5930');
      setTimeout(() => response.destroy(), 20).unref();
      return;
    case 'huge':
      response.writeHead(200, type);
      response.end(`{"data":"${'x'.repeat(30 * megabyte)}"}`);
      return;
    case 'endless':
      response.writeHead(200, type);
      pump(response, { text: 'x'.repeat(65_536), everyMs: 0 });
      return;
    case 'slowDrip':
      response.writeHead(200, type);
      pump(response, { text: ' ', everyMs: 200 });
      return;
    case 'gzipBomb':
      response.writeHead(200, { ...type, 'content-encoding': 'gzip' });
      response.end(gzipBomb());
  }
}

/** 200 MB of blanks: gzip allows many parts in a row, so that one of 10 MB is enough to make. */
function gzipBomb(): Buffer {
  const part = gzipSync(Buffer.alloc(10 * megabyte, 32));
  return Buffer.concat(Array.from({ length: 20 }, () => part));
}

function pump(response: ServerResponse, drip: { text: string; everyMs: number }): void {
  const next = (): void => {
    if (response.destroyed) return;
    const ready = response.write(drip.text);
    if (ready) setTimeout(next, drip.everyMs).unref();
    else response.once('drain', next);
  };
  next();
}
