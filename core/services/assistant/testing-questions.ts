/** What the assistant must understand: what a question calls, phrasings it was made with, and others it had not seen. */
export interface Question {
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly phrasings: readonly string[];
  /** Written before the parser, and kept from whoever changes its words. */
  readonly heldOut: readonly string[];
}

const ORDER = '0199c0de-7a11-7bbb-8ccc-0123456789ab';

export const QUESTIONS: readonly Question[] = [
  {
    tool: 'orders_now',
    phrasings: ['How many orders are open?', 'Give me an overview of the orders', 'orders by status'],
    heldOut: ['What is the state of our orders right now?', 'order overview please'],
  },
  {
    tool: 'sales',
    arguments: { period: 'today' },
    phrasings: ['How many orders today?', 'What did we sell today?', 'revenue today'],
    heldOut: ['How much money did we make today?', "What's today's turnover?"],
  },
  {
    tool: 'sales',
    arguments: { period: 'yesterday' },
    phrasings: ['Sales yesterday', 'How much revenue yesterday?'],
    heldOut: ['What were our earnings yesterday?', 'orders taken yesterday'],
  },
  {
    tool: 'sales',
    arguments: { period: 'last week' },
    phrasings: ['Sales last week', 'How many orders did we get last week?'],
    heldOut: ['What was the turnover last week?', 'How did we do last week?'],
  },
  {
    tool: 'sales',
    arguments: { period: 'last 7 days', by: 'day' },
    phrasings: ['Sales by day for the last 7 days', 'Daily revenue over the past 7 days'],
    heldOut: ['Show me revenue per day in the last seven days', 'orders each day, last 7 days'],
  },
  {
    tool: 'sales',
    arguments: { period: 'today', by: 'hour' },
    phrasings: ['Sales by hour today', 'Hourly revenue today'],
    heldOut: ['Show orders per hour for today', "today's sales hour by hour"],
  },
  {
    tool: 'sales',
    arguments: { period: 'today', compare: true },
    phrasings: ['Compare sales today with last week', 'Are we selling more today than usual?'],
    heldOut: ['Did revenue drop today?', 'How does revenue today compare with a week ago?'],
  },
  {
    tool: 'sales',
    arguments: { period: 'this month' },
    phrasings: ['Revenue this month', 'How many orders this month?'],
    heldOut: ['What did we earn this month so far?', 'Sales for the current month'],
  },
  {
    tool: 'sales',
    arguments: { period: 'last 3 hours' },
    phrasings: ['Orders in the last 3 hours', 'How much did we sell in the past 3 hours?'],
    heldOut: ['revenue of the last three hours', 'What came in during the past 3 hours in sales?'],
  },
  {
    tool: 'sales',
    arguments: { period: '2026-03-14' },
    phrasings: ['Sales on 2026-03-14', 'How many orders on 2026-03-14?'],
    heldOut: ['What was revenue on 2026-03-14?', 'turnover of 2026-03-14'],
  },
  {
    tool: 'top_products',
    arguments: { period: 'last 7 days' },
    phrasings: ['Top products', 'What are our best sellers in the last 7 days?'],
    heldOut: ['Which products sell best?', 'most popular items of the last 7 days'],
  },
  {
    tool: 'top_products',
    arguments: { period: 'today' },
    phrasings: ['Best selling products today', 'top sellers today'],
    heldOut: ['What sells most today?', 'Which items are the most bought today?'],
  },
  {
    tool: 'top_products',
    arguments: { period: 'yesterday', limit: 5 },
    phrasings: ['Top 5 products yesterday', 'the 5 best sellers yesterday'],
    heldOut: ['five most sold products of yesterday', 'Show the top 5 items from yesterday'],
  },
  {
    tool: 'cancellations',
    arguments: { period: 'today', compare: true },
    phrasings: ['Why did cancellations rise today?', 'Are there more cancellations than usual today?'],
    heldOut: [
      'Why are so many orders being cancelled today?',
      'What is behind the increase in cancelled orders today?',
    ],
  },
  {
    tool: 'cancellations',
    arguments: { period: 'yesterday' },
    phrasings: ['Cancellations by reason yesterday', 'reasons for cancellation yesterday'],
    heldOut: [
      'Break down the cancelled orders of yesterday by reason',
      'What reasons did cancellations have yesterday?',
    ],
  },
  {
    tool: 'cancellations',
    arguments: { period: 'last week' },
    phrasings: ['How many orders were cancelled last week?', 'Cancellation rate last week'],
    heldOut: ['number of cancellations last week', 'How many orders did people cancel last week?'],
  },
  {
    tool: 'stock_levels',
    arguments: { level: 'low' },
    phrasings: ['Which products are low on stock?', 'low stock'],
    heldOut: ['What is running low?', 'Which items should be reordered soon?'],
  },
  {
    tool: 'stock_levels',
    arguments: { level: 'out' },
    phrasings: ["What's out of stock?", 'Which products are sold out?'],
    heldOut: ['Show everything that is sold out', 'Which SKUs have nothing left?'],
  },
  {
    tool: 'stock_of',
    arguments: { what: 'MUG-101' },
    phrasings: ['How many units of MUG-101 are left?', 'Stock of MUG-101'],
    heldOut: ['How much MUG-101 do we have?', 'is mug-101 available?'],
  },
  {
    tool: 'stock_of',
    arguments: { what: 'morning fog mug' },
    phrasings: ['Stock of Morning Fog Mug', 'How many "Morning Fog Mug" are left?'],
    heldOut: ['How many Morning Fog Mug do we have in stock?', 'stock level of the morning fog mug'],
  },
  {
    tool: 'product',
    arguments: { what: 'MUG-101' },
    phrasings: ['What does MUG-101 cost?', 'Price of MUG-101'],
    heldOut: ['How expensive is MUG-101?', 'what is the price for MUG-101'],
  },
  {
    tool: 'health',
    phrasings: ['Is everything ok?', 'Are there any problems?', 'system health'],
    heldOut: ['Is the platform healthy?', 'Anything broken at the moment?'],
  },
  {
    tool: 'dead_letters',
    phrasings: ['Are there dead letters?', 'How many dead letters wait?'],
    heldOut: ['Show the dead-letter queue', 'any messages in dead letters?'],
  },
  {
    tool: 'review_queue',
    phrasings: ['What is in the fraud queue?', 'Which orders wait for review?'],
    heldOut: ['Show me suspicious orders', 'Any orders flagged for fraud?'],
  },
  {
    tool: 'order',
    arguments: { order_id: ORDER },
    phrasings: [`What happened to order ${ORDER}?`, `Show order ${ORDER}`],
    heldOut: [`Where is ${ORDER}?`, `tell me the story of ${ORDER}`],
  },
  {
    tool: 'order',
    arguments: { order_id: 'seed-42' },
    phrasings: ['Status of seed-42', 'Why was seed-42 cancelled?'],
    heldOut: ['What is going on with order seed-42?', 'Has seed-42 been shipped?'],
  },
  {
    tool: 'customers',
    arguments: { words: 'ada@example.com' },
    phrasings: ['Find customer ada@example.com', 'Who is ada@example.com?'],
    heldOut: ['look up ada@example.com', 'Show me the account of ada@example.com'],
  },
  {
    tool: 'list_orders',
    arguments: { customer: 'ada@example.com' },
    phrasings: ['Orders of ada@example.com', 'What did ada@example.com order?'],
    heldOut: ['Show all orders by ada@example.com', 'Which purchases did ada@example.com make?'],
  },
  {
    tool: 'top_customers',
    arguments: { period: 'last 30 days' },
    phrasings: ['Best customers', 'Who are our top customers?'],
    heldOut: ['Which customers spend the most?', 'our biggest buyers'],
  },
  {
    tool: 'flash_sales',
    phrasings: ['Are there flash sales?', 'Which flash sales are running?'],
    heldOut: ['When does the next flash sale start?', 'show flash sales'],
  },
  {
    tool: 'pauses',
    phrasings: ['What is paused?', 'Which services are paused?'],
    heldOut: ['Is anything paused at the moment?', 'list paused services'],
  },
  {
    tool: 'list_orders',
    arguments: { status: 'failed' },
    phrasings: ['Show failed orders', 'Which orders failed?'],
    heldOut: ['List orders that have failed', 'orders in state failed'],
  },
  {
    tool: 'list_orders',
    arguments: { status: 'shipped', period: 'yesterday' },
    phrasings: ['Shipped orders from yesterday', 'List orders of yesterday that are shipped'],
    heldOut: ['Which orders from yesterday are shipped?', "yesterday's shipped orders"],
  },
  {
    tool: 'list_orders',
    arguments: { min_total: 500 },
    phrasings: ['Orders above $500', 'Show orders over 500 dollars'],
    heldOut: ['Which orders are worth more than 500?', 'orders larger than $500'],
  },
  {
    tool: 'list_orders',
    arguments: { sort: 'largest', period: 'today' },
    phrasings: ['Biggest orders today', 'the largest orders of today'],
    heldOut: ["What are today's most expensive orders?", 'Which orders today have the highest value?'],
  },
  {
    tool: 'cancel_order',
    arguments: { order_id: ORDER },
    phrasings: [`Cancel order ${ORDER}`, `Please cancel ${ORDER}`],
    heldOut: [`I want to cancel the order ${ORDER}`, `can you cancel ${ORDER} for me?`],
  },
  {
    tool: 'pause_service',
    arguments: { service: 'payments' },
    phrasings: ['Pause payments', 'Pause the payments service'],
    heldOut: ['please put payments on hold', 'stop the payments service for now'],
  },
  {
    tool: 'resume_service',
    arguments: { service: 'shipping' },
    phrasings: ['Resume shipping', 'Resume the shipping service'],
    heldOut: ['unpause shipping', 'let shipping continue'],
  },
  {
    tool: 'restock',
    arguments: { sku: 'MUG-101', units: 50 },
    phrasings: ['Restock MUG-101 by 50', 'Add 50 units of MUG-101'],
    heldOut: ['add 50 to the stock of MUG-101', 'Please restock 50 pieces of MUG-101'],
  },
  {
    tool: 'review_order',
    arguments: { order_id: ORDER, decision: 'approve' },
    phrasings: [`Approve order ${ORDER}`, `approve ${ORDER}`],
    heldOut: [`please release ${ORDER} from review, approve it`, `I approve the order ${ORDER}`],
  },
];
