const heads = [
  'ZOR',
  'MIK',
  'TAV',
  'BEX',
  'LUM',
  'KAD',
  'NOV',
  'PIX',
  'RUG',
  'SOL',
  'VEN',
  'GLO',
  'FIZ',
  'DRA',
  'YUK',
  'HEX',
  'QUA',
  'WOB',
  'JAZ',
  'CRU',
  'NEB',
  'OTT',
  'ARK',
  'UMB',
  'IRI',
  'ELF',
  'TOK',
  'BYT',
  'SKA',
  'PLU',
  'MOX',
  'GRI',
  'VAP',
  'ZEN',
  'KRY',
  'DOX',
  'LYR',
  'FEN',
  'HUM',
  'RAD',
] as const;

const tails = [
  'IT',
  'ORA',
  'UNE',
  'EX',
  'ADO',
  'INU',
  'APE',
  'FI',
  'AI',
  'ON',
  'US',
  'ERA',
  'OPI',
  'ULA',
  'ENZ',
  'IKO',
  'ARD',
  'ELL',
  'OFF',
  'ISH',
  'ANT',
  'UMI',
  'EEK',
  'OID',
  'AX',
  'OKI',
  'URN',
  'IVE',
  'ASH',
  'YNX',
  'OTO',
  'EDO',
  'ILO',
  'AMA',
  'UGA',
  'EMO',
  'OLT',
  'ICE',
  'AVA',
  'UBU',
] as const;

const signsFirst = ['月', '星', '金', '小', '大', '黑', '白', '红', '飞', '雪'] as const;
const signsLast = ['兔', '猫', '熊', '虎', '鱼', '狐', '鹤', '龟', '鹿', '雀'] as const;

export interface CoinName {
  readonly ticker: string;
  readonly fullName: string;
}

/** One name in nine is not ASCII: real ones are not either. */
const foreignEvery = 9;

/**
 * The coin name with that number. Different numbers give different names: a head has three letters
 * and the pairs are walked through with a step that shares no factor with their count.
 */
export function coinName(number: number, offset: number): CoinName {
  if (number % foreignEvery === foreignEvery - 1)
    return foreignName((number + 1) / foreignEvery - 1);
  const count = heads.length * tails.length;
  const round = Math.floor(number / count);
  const at = ((number % count) * 729 + offset) % count;
  const head = heads[at % heads.length] ?? 'ZOR';
  const tail = tails[Math.floor(at / heads.length)] ?? 'IT';
  const ticker = `${head}${tail}${round === 0 ? '' : round + 1}`;
  const spoken = `${head.charAt(0)}${head.slice(1).toLowerCase()}${tail.toLowerCase()}`;
  return { ticker, fullName: `${spoken}${round === 0 ? '' : ` ${round + 1}`}` };
}

function foreignName(number: number): CoinName {
  const count = signsFirst.length * signsLast.length;
  const round = Math.floor(number / count);
  const at = ((number % count) * 37) % count;
  const text = `${signsFirst[at % 10] ?? '月'}${signsLast[Math.floor(at / 10)] ?? '兔'}`;
  const ticker = `${text}${round === 0 ? '' : round + 1}`;
  return { ticker, fullName: ticker };
}
