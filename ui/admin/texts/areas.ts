/** The control room's own words; each area has a file of its own, so that the shop does not carry them. */
export const areas = {
  title: 'Control room',
  label: 'Areas of the control room',
  groups: { orders: 'Orders', sagas: 'Sagas', shop: 'Shop', system: 'System' },
  orders: 'Orders',
  review: 'Fraud review',
  jobs: 'Jobs',
  inventory: 'Inventory',
  products: 'Products',
  sales: 'Flash sales',
  people: 'People',
  health: 'System health',
  events: 'Events',
  demo: 'Demo',
  audit: 'Audit trail',
  deadLetters: 'Dead letters',
};
