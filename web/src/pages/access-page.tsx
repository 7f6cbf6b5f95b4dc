import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/session.ts';
import { Card } from '../components/card.tsx';
import { ExchangeKeys } from './access/exchange-keys.tsx';
import { Tokens } from './access/tokens.tsx';
import { You } from './access/you.tsx';
import { usePageTitle } from './use-page-title.ts';

/** The own sign-in; for operators also the keys of the exchange and the tokens of programs. */
export const AccessPage = () => {
  usePageTitle('Access');
  const session = useQuery(sessionQuery);
  if (session.data === undefined || session.data === null) return null; // the gate asks for it
  const isOperator = session.data.role === 'operator';
  return (
    <>
      <h1 className="sr-only">Access</h1>
      <Card title="You">
        <You session={session.data} />
      </Card>
      {isOperator ? <ExchangeKeys /> : null}
      {isOperator ? <Tokens /> : null}
    </>
  );
};
