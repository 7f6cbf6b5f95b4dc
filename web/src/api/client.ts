import type { ErrorEnvelope } from '#api/schemas/error.ts';

/** An answer that was not success, or none at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly envelope: ErrorEnvelope['error'] | null;

  constructor(status: number, envelope: ErrorEnvelope['error'] | null, message: string) {
    super(message);
    this.status = status;
    this.envelope = envelope;
  }
}

const TIMEOUT_MS = 10_000;

/** One call of the API. Throws ApiError for whatever is not success. `path` begins after /api. */
export const call = async <T>(
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string>; also?: number } = {},
): Promise<T> => {
  const { method = 'GET', body, headers = {}, also } = init;
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiError(0, null, 'The API does not answer. Is it running?');
  }
  const data = await jsonOf(response);
  if (response.ok || response.status === also) return data as T; // the API's own schema
  throw problemOf(response, data);
};

const problemOf = ({ status }: Response, data: unknown): ApiError => {
  const envelope = (data as Partial<ErrorEnvelope> | null)?.error ?? null; // the API's own schema
  return new ApiError(status, envelope, envelope?.message ?? `The API answered ${status}.`);
};

/**
 * Saves a file that the API makes, and answers its name. However long that takes; throws ApiError
 * when it is refused or breaks off, and then nothing is saved.
 */
export const download = async (path: string): Promise<string> => {
  let response: Response;
  let file: Blob;
  try {
    response = await fetch(`/api${path}`);
    file = await response.blob();
  } catch {
    throw new ApiError(0, null, 'The file broke off, and nothing was saved. Ask again.');
  }
  if (!response.ok) throw problemOf(response, await jsonOf(new Response(file, response)));
  const disposition = response.headers.get('content-disposition') ?? '';
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'export';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return name;
};

/** The body as JSON; null when it is empty or something else (a proxy's page). Throws ApiError. */
const jsonOf = async (response: Response): Promise<unknown> => {
  try {
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  } catch {
    if (!response.ok) return null;
    throw new ApiError(response.status, null, 'The API answered with something that is not JSON.');
  }
};

/** What went wrong, with the id under which the log has it. */
export const problemText = (error: Error): string => {
  const requestId = error instanceof ApiError ? error.envelope?.requestId : undefined;
  return requestId === undefined ? error.message : `${error.message} (request ${requestId})`;
};
