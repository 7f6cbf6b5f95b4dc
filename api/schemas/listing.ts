import { z } from '@hono/zod-openapi';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import { amount, pageOf, signedAmount, time } from './shared.ts';
import { outcome, phase } from './trade.ts';

export const listingStates = ['seen', 'started', 'ended', 'baseline'] as const;

export const listing = z
  .object({
    id: z.string(),
    base: z.string(),
    quote: z.string(),
    symbol: z.string(),
    name: z.string().nullable(),
    generation: z.number().int(),
    state: z.enum(listingStates),
    source: z
      .string()
      .nullable()
      .openapi({ description: 'the first to report it; null for a pair of the first look' }),
    opensAt: time('announced opening; may move').nullable(),
    firstSeenAt: time('first sighting'),
    tradingSeenAt: time('first evidence of trading').nullable(),
    confidence: z.number().int().openapi({ description: '0 to 100' }),
    reasons: z.array(z.object({ points: z.number(), because: z.string() })),
    endedAt: time('null while it lives').nullable(),
    endReason: z.string().nullable(),
    trade: z
      .object({
        phase,
        outcome: outcome.nullable(),
        summary: z.string(),
        profit: signedAmount('quote, after fees').nullable(),
      })
      .nullable()
      .openapi({ description: 'null before its workflow has begun a trade' }),
  })
  .openapi('Listing');

export const sighting = z
  .object({
    id: z.string(),
    source: z.string(),
    symbol: z.string().nullable(),
    opensAt: time('claimed opening').nullable(),
    trading: z.boolean(),
    arrivedAt: time('when it reached us'),
    result: z.string().openapi({ description: 'new | known | notAListing' }),
    reason: z.string().nullable(),
    handledAt: time('when the workflow was told').nullable(),
  })
  .openapi('Sighting');

export const ruleResult = z
  .object({ rule: z.string(), limit: z.string(), actual: z.string(), passed: z.boolean() })
  .openapi('RuleResult');

export const verdict = z
  .object({
    id: z.string(),
    listingId: z.string(),
    symbol: z.string(),
    workflowId: z.string(),
    allowed: z.boolean(),
    decidedAt: time('when the rules were asked'),
    rules: z.array(ruleResult),
  })
  .openapi('Verdict', { description: 'every rule with its numbers, allowed or not' });

export const listingPage = pageOf(listing, 'ListingPage');
export const verdictPage = pageOf(verdict, 'VerdictPage');
export const listingBudget = z
  .object({
    amount: amount('what is spent on it at most, quote, fee included'),
    usual: amount('of the configuration'),
    isOwn: z.boolean().openapi({ description: 'set for this listing alone' }),
    most: amount('maxQuotePerTrade of the configuration: none is larger'),
    reserved: z.boolean().openapi({ description: 'set aside by the risk rules' }),
    tooLate: z.string().nullable().openapi({ description: 'why it cannot be changed any more' }),
  })
  .openapi('ListingBudget');

export const listingDetail = z
  .object({
    listing,
    signals: z.array(sighting),
    verdict: verdict.nullable(),
    budget: listingBudget.nullable().openapi({ description: 'null without a configuration' }),
  })
  .openapi('ListingDetail');

export type ListingView = z.infer<typeof listing>;
export type SightingView = z.infer<typeof sighting>;
export type ListingBudgetView = z.infer<typeof listingBudget>;
export type ListingDetailView = z.infer<typeof listingDetail>;
export type VerdictView = z.infer<typeof verdict>;

/** A name; the words of what is allowed come from where names are parsed. */
const named = (parse: (text: string) => string) =>
  z.string().check((context) => {
    try {
      parse(context.value);
    } catch (error) {
      context.issues.push({
        code: 'custom',
        input: context.value,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  });
const assetText = named(asset);
export const symbolText = named(marketSymbol);

export const listingInput = z
  .strictObject({
    base: assetText,
    quote: assetText.default('USDT'),
    opensAt: z.iso
      .datetime({ message: 'must be an ISO 8601 time in UTC such as 2026-06-01T08:00:00Z' })
      .nullable()
      .default(null)
      .openapi({ description: 'null: nobody knows; it is bought when it begins to trade' }),
    maxPrice: amount('quote per base: the price guard, without which nothing is armed')
      .nullable()
      .default(null),
    quoteAmount: amount(
      'budget of this listing alone; null: as it is, or that of the configuration',
    )
      .nullable()
      .default(null),
  })
  .openapi('ListingInput', {
    example: { base: 'ABC', quote: 'USDT', opensAt: null, maxPrice: '0.05', quoteAmount: null },
  });

export const armInput = z
  .strictObject({
    maxPrice: amount('quote per base: the price guard, without which nothing is armed')
      .nullable()
      .default(null),
  })
  .openapi('ArmInput', { example: { maxPrice: '0.05' } });

export const budgetInput = z
  .strictObject({
    quoteAmount: z
      .string()
      .max(60)
      .nullable()
      .openapi({ description: 'quote, fee included; null: that of the configuration' }),
  })
  .openapi('BudgetInput', { example: { quoteAmount: '50' } });

export const listingArmed = z
  .object({ listingId: z.string(), symbol: z.string() })
  .openapi('ListingArmed');
