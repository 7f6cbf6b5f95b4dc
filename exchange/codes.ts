/** What a definite "no" is about, for whoever decides what to do next. */
export type RefusalClass =
  | 'notOpenYet'
  | 'priceCap'
  | 'priceBand'
  | 'marketOrderDisabled'
  | 'noCounterparty'
  | 'parameters'
  | 'funds'
  | 'account'
  | 'sellingSuspended'
  | 'key'
  | 'clock'
  /** Of a query or a cancel: no proof that the order never existed. */
  | 'unknownOrder';

/** `doubt`: the order may have been executed. `throttled`: wait; for an order this is doubt too. */
export type CodeClass = RefusalClass | 'doubt' | 'throttled';

interface CodeRow {
  readonly code: number;
  readonly meaning: string;
  readonly class: CodeClass;
  readonly source: string;
}

const row = (
  code: number,
  [meaning, kind, source = 'documented']: readonly [string, CodeClass, string?],
): CodeRow => ({ code, meaning, class: kind, source });

/**
 * Every code of the official table (General info > Error Code, January 2026 copy) and those that
 * others met. Read 2026-11-20. Two codes stand twice with different meanings, as documented. The
 * class is ours; a code that is missing here is doubt.
 */
export const codes: readonly CodeRow[] = [
  row(-2011, ['Unknown order sent', 'unknownOrder']),
  row(26, ['operation not allowed', 'account']),
  row(400, ['api key required', 'key']),
  row(401, ['No authority', 'key']),
  row(403, ['Access Denied', 'throttled']),
  row(429, ['Too Many Requests', 'throttled']),
  row(500, ['Internal error', 'doubt']),
  row(503, ['service not available, please try again', 'doubt']),
  row(504, ['Gateway Time-out', 'doubt']),
  row(602, ['Signature verification failed', 'key']),
  row(10001, ['user does not exist', 'account']),
  row(10007, ['bad symbol', 'notOpenYet']),
  row(10015, ['user id cannot be null', 'account']),
  row(10072, ['invalid access key', 'key']),
  row(10073, ['invalid Request-Time', 'clock']),
  row(10095, ['amount cannot be null', 'parameters']),
  row(10096, ['amount decimal places is too long', 'parameters']),
  row(10097, ['amount is error', 'parameters']),
  row(10098, ['risk control system detected abnormal', 'account']),
  row(10099, ['user sub account does not open', 'account']),
  row(10100, ['this currency transfer is not supported', 'parameters']),
  row(10101, ['Insufficient balance', 'funds']),
  row(10102, ['amount cannot be zero or negative', 'parameters']),
  row(10103, ['this account transfer is not supported', 'parameters']),
  row(10200, ['transfer operation processing', 'parameters']),
  row(10201, ['transfer in failed', 'parameters']),
  row(10202, ['transfer out failed', 'parameters']),
  row(10206, ['transfer is disabled', 'parameters']),
  row(10211, ['transfer is forbidden', 'parameters']),
  row(10212, [
    'This withdrawal address is not on the commonly used address list or has been invalidated',
    'parameters',
  ]),
  row(10216, ['no address available. Please try again later', 'parameters']),
  row(10219, ['asset flow writing failed please try again', 'parameters']),
  row(10222, ['currency cannot be null', 'parameters']),
  row(10232, ['currency does not exist', 'parameters']),
  row(10259, ['Intermediate account does not configured in redisredis', 'parameters']),
  row(10265, [
    'Due to risk control, withdrawal is unavailable, please try again later',
    'parameters',
  ]),
  row(10268, ['remark length is too long', 'parameters']),
  row(20001, ['subsystem is not supported', 'account']),
  row(20002, ['Internal system error please contact support', 'doubt']),
  row(22222, ['record does not exist', 'unknownOrder']),
  row(30000, ['suspended transaction for the symbol', 'notOpenYet']),
  row(30001, ['The current transaction direction is not allowed to place an order', 'notOpenYet']),
  row(30002, ['The minimum transaction volume cannot be less than :', 'parameters']),
  row(30003, ['The maximum transaction volume cannot be greater than :', 'parameters']),
  row(30004, ['Insufficient position', 'funds']),
  row(30005, ['Oversold', 'funds']),
  row(30010, ['no valid trade price', 'priceCap']),
  row(30014, ['invalid symbol', 'parameters']),
  row(30016, ['trading disabled', 'notOpenYet']),
  row(30018, ['market order is disabled', 'marketOrderDisabled']),
  row(30019, ['api market order is disabled', 'marketOrderDisabled']),
  row(30020, ['no permission for the symbol', 'account']),
  row(30021, ['invalid symbol', 'parameters']),
  row(30025, ['no exist opponent order', 'noCounterparty']),
  row(30026, ['invalid order ids', 'unknownOrder']),
  row(30027, [
    'The currency has reached the maximum position limit, the buying is suspended',
    'account',
  ]),
  row(30028, [
    'The currency triggered the platform risk control, the selling is suspended',
    'sellingSuspended',
  ]),
  row(30029, ['Cannot exceed the maximum order limit', 'account']),
  row(30032, ['Cannot exceed the maximum position', 'account']),
  row(30041, ['current order type can not place order', 'marketOrderDisabled']),
  row(33333, ['param is error', 'parameters']),
  row(44444, ['param cannot be null', 'parameters']),
  row(60005, ['your account is abnormal', 'account']),
  row(70011, ['Pair user ban trade apikey', 'account']),
  row(700001, ['API-key format invalid', 'key']),
  row(700002, ['Signature for this request is not valid', 'key']),
  row(700003, ['Timestamp for this request is outside of the recvWindow', 'clock']),
  row(700004, [
    "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null",
    'parameters',
  ]),
  row(700005, ['recvWindow must less than 60000', 'parameters']),
  row(700006, ['IP non white list', 'key']),
  row(700007, ['No permission to access the endpoint', 'key']),
  row(700008, ['Illegal characters found in parameter', 'parameters']),
  row(730001, ['Pair not found', 'parameters']),
  row(730002, ['Your input param is invalid', 'parameters']),
  row(730000, ['Request failed, please contact the customer service', 'doubt']),
  row(730001, ['User information error', 'parameters']),
  row(730002, ['Parameter error', 'parameters']),
  row(730003, ['Unsupported operation, please contact the customer service', 'account']),
  row(730100, ['Unusual user status', 'account']),
  row(730600, ['Sub-account Name cannot be null', 'parameters']),
  row(730601, ['Sub-account Name must be a combination of 8-32 letters and numbers', 'parameters']),
  row(730602, ['Sub-account remarks cannot be null', 'parameters']),
  row(730700, ['API KEY remarks cannot be null', 'parameters']),
  row(730701, ['API KEY permission cannot be null', 'parameters']),
  row(730702, ['API KEY permission does not exist', 'parameters']),
  row(730703, [
    'The IP information is incorrect, and a maximum of 10 IPs are allowed to be bound only',
    'parameters',
  ]),
  row(730704, ['The bound IP format is incorrect, please refill', 'parameters']),
  row(730705, ['At most 30 groups of Api Keys are allowed to be created only', 'parameters']),
  row(730706, ['API KEY information does not exist', 'parameters']),
  row(730707, ['accessKey cannot be null', 'parameters']),
  row(730101, ['The user Name already exists', 'parameters']),
  row(140001, ['sub account does not exist', 'account']),
  row(140002, ['sub account is forbidden', 'account']),
  row(-1121, ['Invalid symbol.', 'parameters', 'observed: ccxt']),
  row(-1128, ['Combination of optional parameters invalid.', 'parameters', 'observed: ccxt']),
  row(-2013, ['Order does not exist.', 'unknownOrder', 'observed: hummingbot connector']),
  row(30051, [
    'api market order is disabled',
    'marketOrderDisabled',
    'observed: hummingbot issue 6932',
  ]),
  row(30087, ['Order price exceeds allowed range', 'priceBand', 'observed: ccxt']),
  row(700013, ['Invalid Content-Type', 'key', 'observed: ccxt']),
  row(11444, [
    'This feature is temporarily unavailable. For details, please refer to our official announcement.',
    'throttled',
    'observed: ccxt',
  ]),
  row(510, ['Requests are too frequent, please try again later', 'throttled', 'observed: ccxt']),
];

const classes = new Map(codes.map((each) => [each.code, each.class]));

/** Our class of a code; `doubt` for one that nobody has explained. */
export const classOf = (code: number): CodeClass => classes.get(code) ?? 'doubt';

/**
 * The opening cap in the text of a 30010, e.g. "Order price cannot exceed 0.05USDT". Null when the
 * text holds no number: the documented meaning is only "no valid trade price".
 */
export const capInText = (text: string): string | null =>
  /cannot exceed\s*(\d+(?:\.\d+)?)/i.exec(text)?.[1] ?? null;
