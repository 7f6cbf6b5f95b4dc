import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';
import { queryText, signatureOf, signedQuery } from './sign.ts';

// The worked example of the exchange's documentation; its key pair is the documentation's own dead
// one. https://mexcdevelop.github.io/apidocs/spot_v3_en/#signed (read 2026-11-20)
const secret = new Secret('45d0b3c26f2644f19bfb98b07741b2f5');
const ALL =
  'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=11&recvWindow=5000&timestamp=1644489390087';

describe('signatures', () => {
  test('of a query alone', () => {
    expect(signatureOf(secret, ALL)).toBe(
      'fd3e4e8543c5188531eb7279d68ae7d26a573d0fc5ab0d18eb692451654d837a',
    );
  });

  test('of query and body, joined with nothing between', () => {
    const query = 'symbol=BTCUSDT&side=BUY&type=LIMIT';
    const body = 'quantity=1&price=11&recvWindow=5000&timestamp=1644489390087';
    expect(signatureOf(secret, query, body)).toBe(
      'd1a676610ceb39174c8039b3f548357994b2a34139a8addd33baadba65684592',
    );
  });

  test('the documentation prints a wrong one beside them', () => {
    const printed = '323c96ab85a745712e95e63cad28903dd8292e4a905e99c4ee3932023843a117';
    expect(signatureOf(secret, ALL)).not.toBe(printed);
  });

  test('are of exactly the text that is sent', () => {
    const text = signedQuery(secret, [
      ['symbol', '币安人生USDT'],
      ['newClientOrderId', "a!'()*"],
    ]);
    const [query = '', signature] = text.split('&signature=');
    expect(query).toBe(
      'symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&newClientOrderId=a%21%27%28%29%2A',
    );
    expect(signatureOf(secret, query)).toBe(signature);
  });

  test('a name in brackets survives', () => {
    expect(queryText([['symbol', 'GOLD(XAUT)USDT']])).toBe('symbol=GOLD%28XAUT%29USDT');
  });
});

test('a secret prints as [secret], however it is printed', () => {
  const texts = [String(secret), JSON.stringify({ secret }), inspect({ secret })];
  for (const text of texts) {
    expect(text).toContain('[secret]');
    expect(text).not.toContain(secret.reveal());
  }
});
