import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { readLogFilter } from './lib/log-filter.ts';
import { readOrderFilter } from './lib/order-filter.ts';
import { readSince, readSubject } from './lib/search.ts';
import { readTradeFilter } from './lib/trade-filter.ts';
import { NowPage } from './pages/now-page.tsx';
import { Shell } from './shell/shell.tsx';

// The first page comes with the frame; the others when they are opened.

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFound /> });

const NotFound = () => (
  <p className="text-muted">There is no such page. Choose one of the pages beside this.</p>
);

const routeTree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: NowPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/listings',
    component: lazyRouteComponent(() => import('./pages/listings-page.tsx'), 'ListingsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/trades',
    validateSearch: readTradeFilter,
    component: lazyRouteComponent(() => import('./pages/trades-page.tsx'), 'TradesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/trades/$id',
    component: lazyRouteComponent(() => import('./pages/trade-page.tsx'), 'TradePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/positions',
    component: lazyRouteComponent(() => import('./pages/positions-page.tsx'), 'PositionsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/orders',
    validateSearch: readOrderFilter,
    component: lazyRouteComponent(() => import('./pages/orders-page.tsx'), 'OrdersPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/orphans',
    component: lazyRouteComponent(() => import('./pages/orphans/orphans-page.tsx'), 'OrphansPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources',
    component: lazyRouteComponent(() => import('./pages/sources/sources-page.tsx'), 'SourcesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/diagnosis',
    validateSearch: readSubject,
    component: lazyRouteComponent(
      () => import('./pages/diagnosis/diagnosis-page.tsx'),
      'DiagnosisPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/live',
    component: lazyRouteComponent(() => import('./pages/live/live-page.tsx'), 'LivePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/notifications',
    component: lazyRouteComponent(
      () => import('./pages/notifications/notifications-page.tsx'),
      'NotificationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    validateSearch: readSince,
    component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/logs',
    validateSearch: readLogFilter,
    component: lazyRouteComponent(() => import('./pages/audit/logs-page.tsx'), 'LogsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/performance',
    component: lazyRouteComponent(() => import('./pages/performance-page.tsx'), 'PerformancePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/risk',
    component: lazyRouteComponent(() => import('./pages/risk-page.tsx'), 'RiskPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/alerts',
    component: lazyRouteComponent(() => import('./pages/alerts-page.tsx'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/configuration',
    component: lazyRouteComponent(
      () => import('./pages/configuration-page.tsx'),
      'ConfigurationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/access',
    component: lazyRouteComponent(() => import('./pages/access-page.tsx'), 'AccessPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/system',
    component: lazyRouteComponent(() => import('./pages/system-page.tsx'), 'SystemPage'),
  }),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  search: { strict: true }, // else what a page could not read reaches it all the same
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
