import { buildDashboard } from './setup/dashboard-build.ts';

// npm run build: the dashboard, as `npm start` builds it. Nothing happens when nothing has changed.

console.log((await buildDashboard()) ? 'Built web/dist' : 'web/dist is up to date');
