import { contextStorage } from 'hono/context-storage';
import { authorized, identified } from './auth/guard.ts';
import { ownRoutes } from './auth/routes/own.ts';
import { sessionRoutes } from './auth/routes/session.ts';
import { signInRoutes } from './auth/routes/sign-in.ts';
import { tokenRoutes } from './auth/routes/token.ts';
import { userRoutes } from './auth/routes/user.ts';
import { audited, keepableBody, shallowBody } from './audit/middleware.ts';
import { codecAccess, codecRoutes } from './codec/routes.ts';
import { credentialRoutes } from './credentials/routes.ts';
import type { ApiDeps } from './deps.ts';
import { budgetRoutes } from './listings/routes.ts';
import { logRoutes } from './logs/routes.ts';
import { liveRoutes } from './live/routes.ts';
import { frame, limitBody, noRoute, onProblem, sameSite } from './middleware.ts';
import { measured } from './metrics/record.ts';
import { notificationRoutes } from './notifications/routes.ts';
import { orphanRoutes } from './orphans/routes.ts';
import { recoveryRoutes } from './recovery/routes.ts';
import { serveReference } from './reference/routes.ts';
import { traced } from './request-fields.ts';
import { newRouter } from './router.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { auditRoutes } from './routes/audit.ts';
import { botRoutes } from './routes/bot.ts';
import { commandRoutes } from './routes/commands.ts';
import { configurationRoutes } from './routes/configurations.ts';
import { diagnosisRoutes } from './routes/diagnosis.ts';
import { executeRoutes } from './routes/execute.ts';
import { exportRoutes } from './routes/export.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes, probeRoutes } from './routes/health.ts';
import { listingRoutes } from './routes/listings.ts';
import { recordRoutes } from './routes/records.ts';
import { riskRoutes } from './routes/risk.ts';
import { tradeRoutes } from './routes/trades.ts';
import { dashboard } from './static-files.ts';
import { entryCostRoutes } from './trades/entry-cost.ts';

/** The whole API and the dashboard, as a fetch handler. */
export const createApp = (deps: ApiDeps) => {
  const app = newRouter();
  app.use(contextStorage());
  app.use(measured(deps));
  app.use(traced(deps));
  app.use(frame(deps));
  app.use('/api/codec/*', codecAccess(deps));
  app.use(sameSite(deps));
  app.use(limitBody);
  app.use(identified(deps));
  app.use('/api/*', shallowBody);
  app.use('/api/*', audited(deps));
  app.use(authorized);
  app.use('/api/*', keepableBody);
  app.onError(onProblem(deps.log));
  app.notFound(noRoute);
  const api = apiRoutes(deps);
  app.route('/api', api);
  app.route('/', probeRoutes(deps));
  serveReference(app, deps.version);
  if (deps.webRoot !== null) app.use(dashboard(deps.webRoot));
  return app;
};

const apiRoutes = (deps: ApiDeps) =>
  newRouter()
    .route('/', healthRoutes(deps))
    .route('/', configurationRoutes(deps))
    .route('/', botRoutes(deps))
    .route('/', listingRoutes(deps))
    .route('/', budgetRoutes(deps))
    .route('/', diagnosisRoutes(deps))
    .route('/', executeRoutes(deps))
    .route('/', exportRoutes(deps)) // these two before the trades: their names are no ids
    .route('/', entryCostRoutes(deps))
    .route('/', tradeRoutes(deps))
    .route('/', commandRoutes(deps))
    .route('/', recordRoutes(deps))
    .route('/', orphanRoutes(deps))
    .route('/', riskRoutes(deps))
    .route('/', analyticsRoutes(deps))
    .route('/', auditRoutes(deps))
    .route('/', logRoutes(deps))
    .route('/', eventRoutes(deps))
    .route('/', signInRoutes(deps))
    .route('/', sessionRoutes(deps))
    .route('/', ownRoutes(deps))
    .route('/', userRoutes(deps))
    .route('/', tokenRoutes(deps))
    .route('/', credentialRoutes(deps))
    .route('/', liveRoutes(deps))
    .route('/', recoveryRoutes(deps))
    .route('/', notificationRoutes(deps))
    .route('/', codecRoutes(deps));

/**
 * For typed clients: `hc<Api>('/api')`.
 * @public
 */
export type Api = ReturnType<typeof apiRoutes>;
