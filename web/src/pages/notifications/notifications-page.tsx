import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { recordQueries } from '../../api/record-queries.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { usePageTitle } from '../use-page-title.ts';
import { AddChannel } from './add-channel.tsx';
import { Channel } from './channel.tsx';
import { Deliveries } from './deliveries.tsx';

/** Where people are told, of what, how loudly, and whether it arrives. */
export const NotificationsPage = () => {
  usePageTitle('Notifications');
  const channels = useQuery(recordQueries.channels);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <h1 className="sr-only">Notifications</h1>
      <Card
        title="Channels"
        aside={
          <Button acts onClick={() => setAdding(true)}>
            Add a channel
          </Button>
        }
      >
        {adding ? <AddChannel close={() => setAdding(false)} /> : null}
        <QueryState
          query={channels}
          rows={2}
          isEmpty={(data) => data.items.length === 0}
          empty="Nobody is told anything yet. Add a channel (Telegram, Discord, Slack or a webhook), send a test, and the bot wakes you when it matters."
        >
          {(data) => (
            <div>
              {data.items.map((channel) => (
                <Channel key={channel.id} channel={channel} />
              ))}
            </div>
          )}
        </QueryState>
      </Card>
      <Deliveries />
    </>
  );
};
