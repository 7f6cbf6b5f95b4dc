/** What goes back to the client. */
export type Answer =
  | {
      readonly kind: 'text';
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
    }
  /** No answer: the connection just ends, or is reset. */
  | { readonly kind: 'cut'; readonly reset: boolean }
  /** A body that misbehaves on its way. */
  | { readonly kind: 'hostile'; readonly body: HostileBody };

export type HostileBody = 'truncated' | 'huge' | 'endless' | 'slowDrip' | 'gzipBomb';

type Headers = Readonly<Record<string, string>>;

export function jsonText(text: string, status = 200, headers: Headers = {}): Answer {
  return {
    kind: 'text',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    text,
  };
}

export const json = (value: unknown, status = 200, headers: Headers = {}): Answer =>
  jsonText(JSON.stringify(value), status, headers);

export function html(status: number, text: string): Answer {
  return { kind: 'text', status, headers: { 'content-type': 'text/html' }, text };
}
