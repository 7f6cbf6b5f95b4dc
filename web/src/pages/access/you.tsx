import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { sessionQuery, type SessionView } from '../../api/session.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';

type Typed = Readonly<Record<string, string>>;

/** Name and role, the way out, password and authenticator. */
export const You = ({ session }: { session: SessionView }) => {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  const out = useCommand({
    mutationFn: () => call('/auth/session', { method: 'DELETE' }),
    // What was asked for and typed goes too: somebody else may sign in here.
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <div className="space-y-5 p-4">
      <p className="flex flex-wrap items-center justify-between gap-3">
        <span>
          Signed in as <b>{session.name}</b>, {session.role}.
          {session.passwordSet
            ? ''
            : ' There is no password yet: without one, only a new link signs you in again.'}
        </span>
        <Button onClick={() => out.send()}>Sign out</Button>
      </p>
      <div className="grid gap-6 md:grid-cols-2">
        <Password session={session} done={again} />
        {session.passwordSet ? <Authenticator session={session} done={again} /> : null}
      </div>
    </div>
  );
};

const Password = ({ session, done }: { session: SessionView; done: () => Promise<void> }) => {
  const command = useCommand({
    mutationFn: (body: Typed) => call('/auth/password', { method: 'PUT', body }),
    onSuccess: done,
  });
  return (
    <section className="space-y-2">
      <h3 className="font-semibold">{session.passwordSet ? 'Change the password' : 'Password'}</h3>
      {command.isSuccess ? (
        <p role="status">It is set. Other sessions of yours are ended.</p>
      ) : null}
      <Form send={command.send} error={command.error} isPending={command.isPending} verb="Set">
        {session.passwordSet ? (
          <Field
            label="Password until now"
            name="current"
            type="password"
            inputMode="text"
            autoComplete="current-password"
          />
        ) : null}
        <Field
          label="New password"
          name="password"
          hint="at least 10 characters"
          type="password"
          inputMode="text"
          autoComplete="new-password"
        />
      </Form>
    </section>
  );
};

const Authenticator = ({ session, done }: { session: SessionView; done: () => Promise<void> }) => {
  const [secret, show] = useState<string | null>(null);
  const begin = useCommand({
    mutationFn: (body: Typed) =>
      call<{ secret: string }>('/auth/totp', {
        method: session.totp ? 'DELETE' : 'POST',
        body,
      }),
    onSuccess: (answer) => (session.totp ? done() : show(answer.secret)),
  });
  return (
    <section className="space-y-2">
      <h3 className="font-semibold">Authenticator</h3>
      <p className="text-muted">
        {session.totp
          ? 'Its code is asked for after the password.'
          : 'An app on your phone shows a code that is asked for after the password.'}
      </p>
      {secret === null ? (
        <Form
          send={begin.send}
          error={begin.error}
          isPending={begin.isPending}
          verb={session.totp ? 'Switch it off' : 'Set it up'}
        >
          <Field
            label="Your password"
            name="password"
            type="password"
            inputMode="text"
            autoComplete="current-password"
          />
        </Form>
      ) : (
        <Confirmation secret={secret} done={() => done().then(() => show(null))} />
      )}
    </section>
  );
};

const Confirmation = ({ secret, done }: { secret: string; done: () => Promise<void> }) => {
  const confirm = useCommand({
    mutationFn: (body: Typed) => call('/auth/totp/confirm', { method: 'POST', body }),
    onSuccess: done,
  });
  return (
    <Form
      send={confirm.send}
      error={confirm.error}
      isPending={confirm.isPending}
      verb="Switch it on"
    >
      <p>
        Type this into the app (time-based, six digits): <code className="break-all">{secret}</code>
      </p>
      <Field
        label="Code that the app shows"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
      />
    </Form>
  );
};
