export const auditTexts = {
  title: 'Audit trail',
  under: 'What was asked for by people with a role, the newest first.',
  columns: { at: 'When', by: 'Who', action: 'What', subject: 'Of', reason: 'Why', detail: 'Detail' },
  filter: 'Area or action',
  filterHint: 'review., inventory.adjust',
  subject: 'Order, SKU or other id',
  emptyTitle: 'Nothing yet',
  empty: 'Decisions, corrections and repairs appear here as they are made.',
  noneTitle: 'No match',
  none: 'Nothing was done that fits.',
  more: 'Show more',
};
