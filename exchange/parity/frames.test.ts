import { describe, expect, test } from 'vitest';
import { encodePush, type Push } from '#simulator/streams/frames.ts';
import { balanceIn, fillIn, orderIn } from '../streams/account/account-events.ts';
import { decodeFrame } from '../streams/frames.ts';
import { fixture } from './fixtures.ts';

const printed = fixture('calls.printed-2025.json')['examples'];

describe('a frame', () => {
  const frame = (name: string) => decodeFrame(encodePush(printed?.[name] as unknown as Push));

  const frames = Array.from(fixture('frames.ours-2026.json')['frames'] ?? []);

  test.each(frames.map((each) => [String(each['of']), each['hex'], each['decoded']] as const))(
    'in the shape that was recorded: %s',
    (_of, hex, decoded) => {
      const bytes = Buffer.from(String(hex), 'hex');
      // A frame's fields, as encodePush takes them.
      expect(Buffer.from(encodePush(decoded as unknown as Push)).equals(bytes)).toBe(true);
      expect(decodeFrame(bytes)).toMatchObject({ channel: String(decoded?.['channel']) });
    },
  );

  test('of the account, as printed', () => {
    expect(orderIn(frame('Spot Account Orders'))).toMatchObject({
      status: 'filled',
      side: 'sell',
      executed: '1',
      executedQuote: '3.6962',
      price: '3.5121',
      clientOrderId: null,
    });
    expect(fillIn(frame('Spot Account Deals'))).toMatchObject({
      tradeId: '505979017439002624X1',
      fee: '0.0003998377369698171',
      feeAsset: 'MX',
      isMaker: false,
      atMs: 1_736_417_034_280,
    });
    expect(balanceIn(frame('Spot Account Update'))).toMatchObject({
      asset: 'USDT',
      free: '21.94210356004384',
      locked: '0',
      cause: 'CONTRACT_TRANSFER',
    });
  });

  test('of the market, as printed', () => {
    expect(frame('Trade Streams').publicAggreDeals?.deals).toMatchObject([
      { price: '93220.00', quantity: '0.04438243', tradeType: 2, time: 1_736_409_765_051 },
    ]);
    expect(frame('Diff.Depth Stream').publicAggreDepths).toMatchObject({
      bids: [{ price: '92877.58', quantity: '0.00000000' }],
      fromVersion: '10589632359',
      toVersion: '10589632359',
    });
  });
});
