import { plural } from './plural.ts';

/** Words of the first page, the catalogue, its filters and its products. */
export const catalogueTexts = {
  home: {
    title: 'Good things, and you always know where they are',
    lead: 'Every order shows each of its steps, from our shelf to your door, as it happens.',
    browse: 'See all products',
    categories: 'Categories',
    all: 'All products',
    newest: 'New in the shop',
    newestAll: 'All new products',
    small: (price: string) => `Small things up to ${price}`,
    smallAll: (price: string) => `All up to ${price}`,
    emptyTitle: 'The shelves are still empty',
    empty: 'There is nothing in the shop yet. Come back soon.',
  },
  catalogue: {
    title: 'Shop',
    everything: 'Everything',
    categories: 'Categories',
    category: 'Category',
    search: 'Search products',
    searchHint: 'Search',
    clearSearch: 'Clear the search',
    results: (query: string) => `Results for “${query}”`,
    understood: 'Understood as',
    // Words that the search understands.
    categoryWords: (category: string) => `in ${category}`,
    priceWords: (min: number | undefined, max: number | undefined) => {
      if (min !== undefined && max !== undefined) return `between ${String(min)} and ${String(max)}`;
      if (max !== undefined) return `under ${String(max)}`;
      return min === undefined ? '' : `over ${String(min)}`;
    },
    inStock: 'In stock',
    noneLike: 'No product is like this. Try fewer filters.',
    sort: 'Sort by',
    sorts: {
      relevance: 'Best match',
      name: 'Name',
      price: 'Price, low first',
      '-price': 'Price, high first',
      newest: 'Newest',
    },
    count: (count: number) => plural(count, 'product', 'products'),
    emptyTitle: 'Nothing here yet',
    empty: 'This category has no products at the moment.',
    noResultsTitle: 'No match',
    noResults: (query: string) => `Nothing matches “${query}”. Try fewer or other words.`,
    showAll: 'Show everything',
    pages: 'Pages',
    page: (page: number, pages: number) => `Page ${String(page)} of ${String(pages)}`,
    previous: 'Previous',
    next: 'Next',
  },
  filters: {
    title: 'Filters',
    active: 'in use',
    applied: 'Filters in use',
    clear: 'Clear all',
    remove: (filter: string) => `Remove ${filter}`,
    clearSearch: 'Clear the search',
    price: 'Price',
    priceMin: 'Price from',
    priceMax: 'Price to',
    span: (from: string | undefined, to: string | undefined) => {
      if (from === undefined) return `Until ${to ?? ''}`;
      return to === undefined ? `Since ${from}` : from === to ? from : `${from} to ${to}`;
    },
    prices: (from: string | undefined, to: string | undefined) => {
      if (from === undefined) return `Up to ${to ?? ''}`;
      return to === undefined ? `From ${from}` : from === to ? from : `${from} to ${to}`;
    },
  },
  product: {
    add: 'Add to cart',
    addShort: 'Add',
    addNamed: (name: string) => `Add ${name} to cart`,
    added: (name: string) => `${name} is in your cart.`,
    viewCart: 'View cart',
    soldOut: 'Sold out',
    inStock: 'In stock',
    left: (count: number) => `Only ${String(count)} left`,
    quantity: 'Quantity',
    fewer: 'One fewer',
    more: 'One more',
    sku: 'Article',
    category: 'Category',
    delivery: 'Delivery',
    deliveryValue: 'Free, tracked at every step',
    arrives: (when: string) => `Arrives ${when}`,
    arrivesIn: (country: string) => `${country}, if you order now`,
    today: 'today',
    tomorrow: 'tomorrow',
    dayUnknown: 'The day of arrival is shown with your order.',
    flash: 'Flash sale',
    flashStarts: (time: string) => `Flash sale starts in ${time}`,
    missing: 'This product is no longer in the shop.',
    back: 'All products',
  },
} as const;
