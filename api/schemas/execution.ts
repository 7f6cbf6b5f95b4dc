import { z } from '@hono/zod-openapi';
import { modes } from '#domain/mode.ts';
import { listingInput, symbolText } from './listing.ts';
import { amount } from './shared.ts';

export const executionInput = z
  .strictObject({
    symbol: symbolText.openapi({
      description: 'as the exchange names it; its quote is one of the configuration',
    }),
    quoteOrderQty: amount('what is spent on it at most, quote, fee included'),
    maxPrice: amount('quote per base: the price guard, without which nothing is bought'),
    opensAt: listingInput.shape.opensAt,
  })
  .openapi('ExecutionInput', {
    example: { symbol: 'ABCUSDT', quoteOrderQty: '20', maxPrice: '0.05', opensAt: null },
  });

export const executionAnswer = z
  .object({
    mode: z.enum(modes).openapi({ description: 'whose money it is' }),
    listingId: z.string(),
    symbol: z.string(),
  })
  .openapi('ExecutionAnswer');
