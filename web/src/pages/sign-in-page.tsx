import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { linkProblem, sessionQuery } from '../api/session.ts';
import { useCommand } from '../api/use-command.ts';
import { Button } from '../components/button.tsx';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { usePageTitle } from './use-page-title.ts';

interface State {
  readonly state: 'signedIn' | 'codeNeeded';
}

/** Name and password, then the code of the authenticator; or how to get a link. */
export const SignInPage = () => {
  usePageTitle('Sign in');
  const [codeNeeded, needCode] = useState(false);
  return (
    <main className="mx-auto max-w-sm space-y-6 p-6 pt-16" data-testid="sign-in">
      <h1 className="text-lg font-semibold">mexc-sniper</h1>
      {linkProblem === null ? null : (
        <p role="alert" className="text-danger">
          {linkProblem.message}
        </p>
      )}
      {codeNeeded ? (
        <CodeForm back={() => needCode(false)} />
      ) : (
        <PasswordForm codeNeeded={() => needCode(true)} />
      )}
      <section className="space-y-2 border-t border-line pt-4 text-muted">
        <h2 className="font-semibold text-text">First time here, or the password is lost?</h2>
        <p>
          On the machine that runs it, this prints a link that signs you in once:{' '}
          <code className="text-text">npm run ctl -- sign-in-link</code>
        </p>
      </section>
    </main>
  );
};

const PasswordForm = ({ codeNeeded }: { codeNeeded: () => void }) => {
  const client = useQueryClient();
  const command = useCommand({
    mutationFn: (body: Readonly<Record<string, string>>) =>
      call<State>('/auth/sign-in', { method: 'POST', body }),
    onSuccess: ({ state }) =>
      state === 'codeNeeded'
        ? codeNeeded()
        : client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  return (
    <Form send={command.send} error={command.error} isPending={command.isPending} verb="Sign in">
      <Field
        label="Name"
        name="name"
        defaultValue="operator"
        inputMode="text"
        autoComplete="username"
      />
      <Field
        label="Password"
        name="password"
        type="password"
        inputMode="text"
        autoComplete="current-password"
        autoFocus
      />
    </Form>
  );
};

const CodeForm = ({ back }: { back: () => void }) => {
  const client = useQueryClient();
  const command = useCommand({
    mutationFn: (body: Readonly<Record<string, string>>) =>
      call<State>('/auth/code', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  return (
    <Form
      send={command.send}
      error={command.error}
      isPending={command.isPending}
      verb="Send the code"
    >
      <Field
        label="Code of your authenticator"
        name="code"
        hint="six digits; a new one every 30 s"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
      />
      <Button onClick={back}>Back</Button>
    </Form>
  );
};
