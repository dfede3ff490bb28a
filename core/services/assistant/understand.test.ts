import t from 'tap';
import { QUESTIONS } from './testing-questions.ts';
import { understand, wishIn } from './understand.ts';

const ORDER = '0199c0de-7a11-7bbb-8ccc-0123456789ab';

function same(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string'
    ? one.toLowerCase() === other.toLowerCase()
    : one === other;
}

function missed(phrasings: (of: (typeof QUESTIONS)[number]) => readonly string[]) {
  const all = QUESTIONS.flatMap((question) => phrasings(question).map((text) => ({ question, text })));
  const wrong = all.filter(({ question, text }) => {
    const call = understand(text);
    const expected = Object.entries(question.arguments ?? {});
    return (
      call?.tool !== question.tool || !expected.every(([name, value]) => same(call.arguments[name], value))
    );
  });
  return { of: all.length, wrong: wrong.map(({ text }) => `${text} -> ${JSON.stringify(understand(text))}`) };
}

t.test('every phrasing the parser was made with is understood', (t) => {
  t.ok(QUESTIONS.length >= 40);
  t.same(missed(({ phrasings }) => phrasings).wrong, []);
  t.end();
});

t.test('of the phrasings kept from it, nineteen in twenty are understood', (t) => {
  const { of, wrong } = missed(({ heldOut }) => heldOut);
  t.ok(of >= 80);
  t.ok(wrong.length <= of / 20, wrong.join('\n'));
  t.end();
});

t.test('what is no question for it is not guessed at', (t) => {
  for (const text of [
    '',
    'hello',
    'What is the weather in Paris?',
    'write a poem about the sea',
    '1 + 1',
    '🎉',
    '???',
  ]) {
    t.equal(understand(text), undefined, text);
  }
  t.end();
});

t.test('a question that changes only the time means the one before', (t) => {
  const before = [
    { role: 'user', text: 'Top 5 products today' },
    { role: 'assistant', text: '…' },
  ] as const;
  t.same(understand('And yesterday?', before), {
    tool: 'top_products',
    arguments: { period: 'yesterday', limit: 5 },
  });
  t.equal(understand('And yesterday?'), undefined);
  t.end();
});

t.test('a wish is one only when it is said as one', (t) => {
  t.same(wishIn(`Cancel ${ORDER}`), { tool: 'cancel_order', arguments: { order_id: ORDER } });
  for (const text of [
    `Why did you cancel ${ORDER}?`,
    `Don't cancel ${ORDER}`,
    `never cancel order ${ORDER}`,
    `Was ${ORDER} cancelled?`,
    'Cancel everything',
    'How many units of MUG-101 should I add to the stock? 50?',
    'Why did payments stop?',
  ]) {
    t.equal(wishIn(text), undefined, text);
  }
  t.same(wishIn(`please reject ${ORDER}`), {
    tool: 'review_order',
    arguments: { order_id: ORDER, decision: 'reject' },
  });
  t.end();
});
