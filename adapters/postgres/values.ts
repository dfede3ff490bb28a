import pg from 'pg';

/**
 * How stored values become JavaScript values, the same for a server and in process: bigint and numeric as number
 * (cents and counters, below 2^53), timestamptz as Date, date as `YYYY-MM-DD`, json and jsonb parsed. pg's own
 * parsers do the rest.
 */
const { builtins } = pg.types;
const BIGINT_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

type Parse = (text: string) => unknown;

const parserOf: (oid: number, format: 'text' | 'binary') => Parse = pg.types.getTypeParser;
const parseTextArray = parserOf(TEXT_ARRAY, 'text') as (text: string) => readonly (string | null)[];

function parseNumberArray(text: string): readonly (number | null)[] {
  return parseTextArray(text).map((item) => (item === null ? null : Number(item)));
}

const OWN_PARSERS = new Map<number, Parse>([
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
  [builtins.DATE, (text) => text],
  [BIGINT_ARRAY, parseNumberArray],
  [NUMERIC_ARRAY, parseNumberArray],
  [DATE_ARRAY, parseTextArray],
]);

export const VALUE_PARSERS: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format: 'text' | 'binary' = 'text') =>
    OWN_PARSERS.get(oid) ?? parserOf(oid, format),
};
