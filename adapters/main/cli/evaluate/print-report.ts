import type { DetailTable, Grade, Report } from '../../../../core/models/evaluation/evaluation.ts';

const DIGITS = 4;

/** The report as lines of a terminal: a row per model, a column per metric, the best of each marked with `*`. */
export function printedReport(report: Report): string[] {
  const metrics = [...new Set(report.grades.map((grade) => grade.metric))];
  const models = [...new Set(report.grades.map((grade) => grade.model))];
  const of = (model: string, metric: string): Grade | undefined =>
    report.grades.find((grade) => grade.model === model && grade.metric === metric);
  const rows = models.map((model) => [
    report.grades.some((grade) => grade.model === model && grade.baseline) ? `${model} (baseline)` : model,
    ...metrics.map((metric) => cellOf(of(model, metric), bestOf(report, metric))),
  ]);
  const head = ['model', ...metrics.map((metric) => `${metric}${arrowOf(report, metric)}`)];
  return [
    ...printedTable(head, rows),
    '',
    `[low, high]: ${report.interval}. * best of its column; ↑ higher is better, ↓ lower.`,
    ...Object.entries(report.facts).map(([name, value]) => `${name}: ${String(value)}`),
    ...report.notes.map((note) => `- ${note}`),
    ...(report.details ?? []).flatMap(printedDetail),
  ];
}

/** Columns side by side, texts to the left, each as wide as its widest cell. */
export function printedTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function printedDetail({ title, header, rows }: DetailTable): string[] {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? rounded(cell) : cell)));
  return ['', title, ...printedTable(header, texts)];
}

function cellOf(grade: Grade | undefined, best: number | undefined): string {
  if (grade === undefined) return '–';
  const mark = grade.value === best ? '*' : '';
  const interval =
    grade.low === undefined || grade.high === undefined
      ? ''
      : ` [${rounded(grade.low)}, ${rounded(grade.high)}]`;
  return `${rounded(grade.value)}${mark}${interval}`;
}

function bestOf(report: Report, metric: string): number | undefined {
  const way = report.better[metric];
  const values = report.grades.filter((grade) => grade.metric === metric).map((grade) => grade.value);
  const finite = values.filter((value) => Number.isFinite(value));
  if (way === undefined || finite.length < 2) return undefined;
  return way === 'higher' ? Math.max(...finite) : Math.min(...finite);
}

function arrowOf(report: Report, metric: string): string {
  const way = report.better[metric];
  return way === undefined ? '' : way === 'higher' ? ' ↑' : ' ↓';
}

function rounded(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? value.toFixed(DIGITS) : 'none';
}
