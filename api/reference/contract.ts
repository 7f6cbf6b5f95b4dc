import type { OpenAPIHono } from '@hono/zod-openapi';
import { requiredRole } from '../auth/required-role.ts';
import type { ApiEnv } from '../router.ts';
import { errorStatus } from '../schemas/error.ts';
import { exampleOf, type JsonSchema } from './example.ts';

export interface MediaType {
  readonly schema?: JsonSchema;
  readonly example?: unknown;
}

interface Described {
  readonly description?: string;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
  readonly example?: unknown;
}

export interface Operation {
  /** The role that a call needs; null when it needs none. */
  readonly 'x-role'?: string | null;
  readonly security?: readonly object[];
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, Described>>;
}

/** The parts of an OpenAPI 3.1 document that are read here. */
export interface Contract {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: object;
  };
}

/** The contract of the routes that are there now, with an example of every JSON body. */
export const contractOf = (app: OpenAPIHono<ApiEnv>, version: string): Contract => {
  const written = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'mexc-sniper',
      version,
      description: 'Amounts are decimal text, times ISO 8601 in UTC.',
    },
  });
  // What the library writes from our own routes, but for the flags that it leaves at patterns.
  const bare = JSON.parse(JSON.stringify(written), (name, value: unknown) =>
    name === 'pattern' && typeof value === 'string' ? value.replace(/\/[a-z]*$/, '') : value,
  ) as Contract;
  const named = bare.components.schemas;
  const paths = mapValues(bare.paths, (methods, path) =>
    mapValues(methods, (operation, method) => ({
      ...withExamples(withKeyConflict(operation), named),
      ...accessOf(requiredRole(method.toUpperCase(), path)),
    })),
  );
  return { ...bare, paths, components: { ...bare.components, securitySchemes } };
};

/** How a program, and how a browser, shows who calls. */
const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'a token of POST /api/auth/tokens' },
  session: { type: 'apiKey', in: 'cookie', name: 'session', description: 'after the sign-in' },
};

const accessOf = (role: string | null) => ({
  'x-role': role,
  security: role === null ? [] : [{ token: [] }, { session: [] }],
});

const mapValues = <T, U>(
  of: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value, key)]));

type Named = Contract['components']['schemas'];

/** Whatever takes a key can be told that the key was another call's: the audit says it for all. */
const withKeyConflict = (operation: Operation): Operation => {
  const { parameters = [], responses } = operation;
  const isKeyed = parameters.some(({ name }) => name === 'idempotency-key');
  const problem = responses['422'];
  if (!isKeyed || problem === undefined || responses['409'] !== undefined) return operation;
  const description = 'the Idempotency-Key was used for another call';
  return { ...operation, responses: { ...responses, 409: { ...problem, description } } };
};

const withExamples = (operation: Operation, named: Named): Operation => ({
  ...operation,
  ...(operation.requestBody === undefined
    ? {}
    : { requestBody: described(operation.requestBody, named, null) }),
  responses: mapValues(operation.responses, (response, status) =>
    described(response, named, Number(status)),
  ),
});

const described = (part: Described, named: Named, status: number | null): Described =>
  part.content === undefined
    ? part
    : {
        ...part,
        content: mapValues(part.content, (media, type) =>
          type === 'application/json' && media.schema !== undefined
            ? { ...media, example: exampleFor(media.schema, named, status) }
            : media,
        ),
      };

const codeOf = (status: number | null): string | undefined =>
  Object.entries(errorStatus).find(([, sent]) => sent === status)?.[0];

/** The envelope of a problem shows the code that its status has. */
const exampleFor = (schema: JsonSchema, named: Named, status: number | null): unknown => {
  const code = codeOf(status);
  if (schema.$ref !== '#/components/schemas/Error' || code === undefined)
    return exampleOf(schema, named);
  return { error: { code, message: 'what went wrong, in a sentence', requestId: 'a UUID' } };
};
