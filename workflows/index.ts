// What a worker registers: exactly the workflows.
export { AccountTaskWorkflow } from './account-task-workflow.ts';
export { BotRunWorkflow } from './bot-run-workflow.ts';
export { ReconcileWorkflow } from './reconcile-workflow.ts';
export { SniperWorkflow } from './sniper-workflow.ts';
