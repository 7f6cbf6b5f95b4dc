// What a worker registers: exactly the workflows.
export { BotRunWorkflow } from './bot-run-workflow.ts';
export { ReconcileWorkflow } from './reconcile-workflow.ts';
export { SniperWorkflow } from './sniper-workflow.ts';
