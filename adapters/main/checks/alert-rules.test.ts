import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';

const RULES = 'docs/observability/alerts.yaml';
const UNIT_TESTS = 'docs/observability/alerts.test.yml';

const ruleFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string() })) })),
});
const unitTestFile = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.object({})) })),
    }),
  ),
});

const promtoolMissing =
  spawnSync('promtool', ['--version']).error === undefined
    ? undefined
    : "no promtool: Debian's package prometheus has it";

t.test('every alert is shown something that makes it fire', async (t) => {
  const { groups } = ruleFile.parse(parse(await readFile(RULES, 'utf8')));
  const { tests } = unitTestFile.parse(parse(await readFile(UNIT_TESTS, 'utf8')));
  const fires = new Set(
    tests
      .flatMap(({ alert_rule_test: shown }) => shown)
      .filter(({ exp_alerts: expected }) => expected.length > 0)
      .map(({ alertname }) => alertname),
  );
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  t.ok(alerts.length > 0);
  for (const alert of alerts) t.ok(fires.has(alert), alert);
  for (const alert of fires) t.ok(alerts.includes(alert), `${alert} is a rule`);
});

/** Prometheus' own parser and evaluation, where they are installed. */
const withPromtool = promtoolMissing === undefined ? {} : { skip: promtoolMissing };
for (const [what, ...args] of [
  ['the rules are such that Prometheus takes them', 'check', 'rules', RULES],
  ['and fire when they should, and not otherwise', 'test', 'rules', UNIT_TESTS],
] as const) {
  t.test(what, withPromtool, (t) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    t.equal(status, 0, `${stdout}${stderr}`);
    t.end();
  });
}
