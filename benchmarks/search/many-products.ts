import { oneOf, streamOf, whole } from '../../core/kernel/seeded-random.ts';
import type { SearchedProduct } from '../../core/models/search/product-search.ts';
import type { Database } from '../../adapters/postgres/database.ts';

/** A large, varied catalogue that is made up: kinds of goods with their makes, materials, colours, sizes and uses. */
export interface Kind {
  readonly category: string;
  readonly names: readonly string[];
  readonly uses: readonly string[];
  readonly dollars: readonly [number, number];
  readonly sized?: 'letters' | 'shoes';
}

const words = (text: string): readonly string[] => text.split(' ');

export const CATEGORIES: readonly (readonly [id: string, name: string])[] = [
  ['clothing', 'Clothing & Accessories'],
  ['shoes', 'Shoes'],
  ['kitchen', 'Kitchen & Dining'],
  ['furniture', 'Furniture'],
  ['lighting', 'Lighting'],
  ['outdoors', 'Outdoors & Sports'],
  ['electronics', 'Electronics'],
  ['toys', 'Toys & Games'],
  ['garden', 'Garden'],
  ['office', 'Office & Stationery'],
];

export const KINDS: readonly Kind[] = [
  {
    category: 'clothing',
    names: words(
      'dress shirt blouse skirt jacket coat sweater hoodie cardigan scarf trousers jeans shorts vest',
    ),
    uses: words('summer winter evening office travel casual festive rainy'),
    dollars: [15, 240],
    sized: 'letters',
  },
  {
    category: 'shoes',
    names: words('sneakers boots sandals loafers slippers trainers pumps moccasins'),
    uses: words('running hiking walking winter city trail dancing work'),
    dollars: [25, 280],
    sized: 'shoes',
  },
  {
    category: 'kitchen',
    names: words(
      'mug saucepan skillet kettle teapot bowl plate carafe knife grater whisk colander jar tumbler',
    ),
    uses: words('espresso baking breakfast camping serving everyday holiday soup'),
    dollars: [6, 190],
  },
  {
    category: 'furniture',
    names: words('chair armchair table desk bookcase sofa stool bench dresser nightstand wardrobe shelf'),
    uses: words('dining reading bedroom hallway office kitchen folding corner'),
    dollars: [45, 1_900],
  },
  {
    category: 'lighting',
    names: words('lamp pendant lantern sconce chandelier spotlight nightlight'),
    uses: words('reading bedside desk floor ceiling garden kids hallway'),
    dollars: [18, 460],
  },
  {
    category: 'outdoors',
    names: words('tent backpack bottle flask compass hammock stove kayak paddle helmet rope'),
    uses: words('trekking family alpine beach school cycling climbing festival'),
    dollars: [12, 720],
  },
  {
    category: 'electronics',
    names: words('headphones earbuds speaker radio turntable camera charger keyboard monitor microphone'),
    uses: words('wireless studio portable gaming travel sport kitchen vintage'),
    dollars: [19, 1_200],
  },
  {
    category: 'toys',
    names: words('puzzle doll train blocks kite robot marbles rattle'),
    uses: words('wooden educational toddler rainy outdoor classic building musical'),
    dollars: [5, 130],
  },
  {
    category: 'garden',
    names: words('planter shovel rake hose trellis birdhouse fern cactus succulent trowel'),
    uses: words('balcony patio greenhouse herb hanging indoor vegetable winter'),
    dollars: [7, 210],
  },
  {
    category: 'office',
    names: words('notebook planner pen pencil calendar stapler folder whiteboard journal'),
    uses: words('weekly pocket drawing travel school meeting wall leather'),
    dollars: [3, 90],
  },
];

const MAKES = words(
  'Harbor Juniper Alder Northlight Fieldhouse Meridian Larch Quarry Saltbox Ember Ridgeline Solstice Bergen Marlow Cove Hearth Tide Willow Summit Atelier Foundry Beacon Canyon Metro Lumen Orbit Depot Halcyon Regatta Archive',
);
const MATERIALS = words(
  'oak walnut linen cotton wool steel copper ceramic stoneware leather canvas bamboo glass velvet brass cork felt marble',
);
export const COLORS = words(
  'red blue green black white grey yellow orange purple pink brown turquoise navy crimson',
);
const FACTS = [
  'Dishwasher safe and easy to clean.',
  'Made by hand in small batches.',
  'Comes with a spare and a bag to keep it in.',
  'Repaired for free as long as you own it.',
  'Light enough to carry all day.',
  'Tested for ten years of everyday use.',
  'Packed without plastic.',
  'Looks better the longer it is used.',
  'Fits through every door.',
  'Keeps warm in winter and cool in summer.',
  'Designed for small rooms and large families.',
  'A gift that arrives in its own box.',
];

/** The same for the same number. */
export function manyProducts(count: number): readonly SearchedProduct[] {
  const random = streamOf(1, 'bench/search/products');
  return Array.from({ length: count }, (_, at) => {
    const kind = oneOf(random, KINDS);
    const [name, use, color, material] = [kind.names, kind.uses, COLORS, MATERIALS].map((list) =>
      oneOf(random, list),
    );
    const [low, high] = kind.dollars;
    // Cheap ones are more.
    const cents = Math.round((low + (high - low) * random() ** 2) * 100);
    const first = whole(random, 0, FACTS.length - 1);
    const sizes = {
      none: '',
      letters: ` Sizes ${oneOf(random, ['XS to L', 'S to XXL', 'M to XL'])}.`,
      shoes: ` Sizes ${String(whole(random, 35, 39))} to ${String(whole(random, 41, 46))}.`,
    }[kind.sized ?? 'none'];
    return {
      id: `search-${String(at).padStart(6, '0')}`,
      sku: `SEARCH-${String(at)}`,
      name: `${oneOf(random, MAKES)} ${capital(material)} ${capital(use)} ${capital(name)}`,
      description: `A ${color ?? ''} ${name ?? ''} of ${material ?? ''} for ${use ?? ''} days. ${FACTS[first] ?? ''} ${FACTS[(first + whole(random, 1, 5)) % FACTS.length] ?? ''}${sizes}`,
      category: kind.category,
      priceCents: cents,
      createdAtMs: Date.UTC(2026, 0, 1) + at * 60_000,
    };
  });
}

function capital(word = ''): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Every tenth is sold out. */
export async function storeProducts(database: Database, products: readonly SearchedProduct[]): Promise<void> {
  await database.query(
    `insert into catalog.category (id, name, position) select * from unnest($1::text[], $2::text[], $3::integer[])`,
    [CATEGORIES.map(([id]) => id), CATEGORIES.map(([, name]) => name), CATEGORIES.map((_, at) => at + 1)],
  );
  for (let at = 0; at < products.length; at += STORED_AT_ONCE) {
    const some = products.slice(at, at + STORED_AT_ONCE);
    await database.query(
      `insert into catalog.product
         (id, sku, name, description, category_id, price_cents, cost_cents, currency, image_url, created_at)
       select id, sku, name, description, category, cents, cents / 2, 'USD', '/api/products/' || id || '/image.svg',
         to_timestamp(at / 1000)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
         as given (id, sku, name, description, category, cents, at)`,
      [
        some.map(({ id }) => id),
        some.map(({ sku }) => sku),
        some.map(({ name }) => name),
        some.map(({ description }) => description),
        some.map(({ category }) => category),
        some.map(({ priceCents }) => priceCents),
        some.map(({ createdAtMs }) => createdAtMs),
      ],
    );
    await database.query(
      `insert into inventory.stock (sku, warehouse_id, on_hand, reserved)
       select sku, warehouse, case when ordinality % 10 = 0 then 0 else 20 + ordinality % 80 end, 0
       from unnest($1::text[]) with ordinality as given (sku) cross join unnest($2::text[]) as warehouse`,
      [some.map(({ sku }) => sku), ['east', 'west', 'north']],
    );
  }
  await database.exec('analyze catalog.product');
  await database.exec('analyze inventory.stock');
}

const STORED_AT_ONCE = 5_000;
