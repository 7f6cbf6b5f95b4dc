import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { SourceRaceView } from '#api/schemas/analytics.ts';
import type { AuditEntryView } from '#api/schemas/audit.ts';
import type { DiagnosisView } from '#api/schemas/diagnosis.ts';
import type { TradeLogEntryView } from '#api/logs/schemas.ts';
import type { LiveState } from '#api/live/schemas.ts';
import type { ChannelView, DeliveryView } from '#api/notifications/schemas.ts';
import type { OrphanView } from '#api/orphans/schemas.ts';
import type { EntryCostView } from '#api/trades/entry-cost.ts';
import { logQuery, type LogFilter } from '../lib/log-filter.ts';
import { call } from './client.ts';
import { AGAIN_MS, nextPage, query, type Page } from './ask.ts';

/** Nobody looks at these all the time, and each costs the database more than a row. */
const SELDOM_MS = 60_000;

/** What the record has beside trades: what it cannot explain, who did what, who was first. */
export const recordQueries = {
  openOrphans: query<Page<OrphanView>>(['orphan', 'open'], '/orphans?state=open&limit=200'),
  orphans: infiniteQueryOptions({
    queryKey: ['orphan', 'list'],
    queryFn: ({ pageParam }) => call<Page<OrphanView>>(`/orphans?limit=50${pageParam}`),
    initialPageParam: '',
    getNextPageParam: nextPage,
    refetchInterval: AGAIN_MS,
  }),
  audit: (since: string | null) =>
    infiniteQueryOptions({
      queryKey: ['audit', since ?? 'all'],
      queryFn: ({ pageParam }) =>
        call<Page<AuditEntryView>>(
          `/audit?limit=50${since === null ? '' : `&since=${since}T00:00:00Z`}${pageParam}`,
        ),
      initialPageParam: '',
      getNextPageParam: nextPage,
      refetchInterval: AGAIN_MS,
    }),
  logs: (filter: LogFilter) =>
    infiniteQueryOptions({
      queryKey: ['logs', logQuery(filter)],
      queryFn: ({ pageParam }) =>
        call<Page<TradeLogEntryView>>(`/logs?limit=50&${logQuery(filter)}${pageParam}`),
      initialPageParam: '',
      getNextPageParam: nextPage,
      refetchInterval: AGAIN_MS,
      placeholderData: keepPreviousData, // a list does not blink while a filter is typed
    }),
  /** Of a listing by its id, of a pair by its name, of the system alone when both are absent. */
  diagnosis: ({ listing, symbol }: { readonly listing?: string; readonly symbol?: string }) =>
    query<DiagnosisView>(
      ['diagnosis', listing ?? '', symbol ?? ''],
      listing === undefined
        ? `/diagnosis${symbol === undefined ? '' : `?symbol=${encodeURIComponent(symbol)}`}`
        : `/listings/${listing}/diagnosis`,
      10_000,
    ),
  channels: query<{ readonly items: readonly ChannelView[] }>(['notification'], '/notifications'),
  deliveries: infiniteQueryOptions({
    queryKey: ['notification', 'deliveries'],
    queryFn: ({ pageParam }) =>
      call<Page<DeliveryView>>(`/notifications/deliveries?limit=30${pageParam}`),
    initialPageParam: '',
    getNextPageParam: nextPage,
    refetchInterval: AGAIN_MS,
  }),
  /** Whether real money may be spent; a part of the frame. */
  live: query<LiveState>(['live'], '/live'),
  /** Of as many closed trades as the page of results looks back over. */
  entryCost: query<EntryCostView>(['entry-cost'], '/trades/entry-cost?days=3660', SELDOM_MS),
  sourceRace: (days: number) =>
    query<SourceRaceView>(['race', String(days)], `/analytics/sources?days=${days}`, SELDOM_MS),
};
