/** A refusal in MEXC's form: `{code, msg}` with an HTTP status, mostly 400. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, more: ErrorDetail = {}) {
    super(message);
    this.code = code;
    this.status = more.status ?? 400;
    this.headers = more.headers ?? {};
  }
}

interface ErrorDetail {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
