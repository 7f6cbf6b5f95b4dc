import type { TradingOptions } from '#domain/configuration.ts';
import { tradingOptions } from '#domain/configuration.ts';
import type { BotConfiguration } from '#prisma/generated/client.ts';
import { lockInstallation } from '#prisma/installation.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import type { ConfigurationView } from '../schemas/configuration.ts';
import { iso } from '../views/text.ts';

export const activeOf = async (deps: ApiDeps): Promise<BotConfiguration | null> =>
  deps.db.botConfiguration.findFirst({
    where: { installationId: await deps.installation.id(), active: true },
  });

/** Throws NOT_FOUND. */
export const configurationOfId = async (deps: ApiDeps, id: string): Promise<BotConfiguration> => {
  const row = await deps.db.botConfiguration.findFirst({
    where: { id, installationId: await deps.installation.id() },
  });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such configuration.');
  return row;
};

interface Written {
  /** The active one's name when left out. */
  readonly name?: string | undefined;
  readonly options: TradingOptions;
  /** Whether it becomes the active one. */
  readonly activate: boolean;
}

/** Writes the next version of a name; one writer at a time. */
export const storeVersion = async (deps: ApiDeps, input: Written): Promise<BotConfiguration> => {
  const installationId = await deps.installation.id();
  return deps.db.$transaction(async (tx) => {
    await lockInstallation(tx, installationId);
    const active = await tx.botConfiguration.findFirst({
      where: { installationId, active: true },
    });
    const name = input.name ?? active?.name ?? 'default';
    const latest = await tx.botConfiguration.aggregate({
      where: { installationId, name },
      _max: { version: true },
    });
    if (input.activate)
      await tx.botConfiguration.updateMany({
        where: { installationId, active: true },
        data: { active: false },
      });
    const version = (latest._max.version ?? 0) + 1;
    return tx.botConfiguration.create({
      data: { installationId, name, version, options: input.options, active: input.activate },
    });
  });
};

/** Deletes a version that nothing refers to; throws CONFLICT with what does. */
export const deleteVersion = async (deps: ApiDeps, row: BotConfiguration): Promise<void> => {
  const [runs, trades] = await Promise.all([
    deps.db.botRun.count({ where: { configurationId: row.id } }),
    deps.db.trade.count({ where: { configurationId: row.id } }),
  ]);
  if (runs + trades > 0)
    throw new ApiProblem(
      'CONFLICT',
      `${runs} runs and ${trades} trades refer to it: it stays, as their explanation.`,
      { runs, trades },
    );
  // Foreign keys refuse what began to refer to it meanwhile; the active one is never deleted.
  const { count } = await deps.db.botConfiguration.deleteMany({
    where: { id: row.id, active: false },
  });
  if (count === 0) throw new ApiProblem('CONFLICT', 'The active configuration stays.');
};

export const configurationView = (row: BotConfiguration): ConfigurationView => ({
  id: row.id,
  name: row.name,
  version: row.version,
  active: row.active,
  options: tradingOptions.parse(row.options),
  createdAt: iso(row.createdAt),
});
