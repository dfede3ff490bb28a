import type { Product } from './ports.ts';
import {
  axeBoard,
  backpack,
  boot,
  clockAlarm,
  clockWall,
  duffel,
  flask,
  lantern,
  sleepingBag,
  sandal,
  slipper,
  sneaker,
  tentDome,
  tentRidge,
  tote,
  watch,
} from './picture/carry.ts';
import { backdrop } from './picture/decoration.ts';
import {
  armchair,
  blanket,
  cactus,
  chairShell,
  chairSlat,
  cushion,
  lampFloor,
  lampPendant,
  lampTable,
  mug,
  plantLeafy,
  plantUpright,
  rug,
  stool,
  teapot,
  tumbler,
} from './picture/home.ts';
import { type Look, lookOf } from './picture/look.ts';
import { box, faded, oval } from './picture/shapes.ts';
import {
  calendar,
  casserole,
  earbuds,
  headphones,
  kettle,
  notebook,
  paperStack,
  parcel,
  pens,
  radio,
  saucepan,
  skillet,
  speaker,
  turntable,
} from './picture/work.ts';

type Draw = (look: Look) => string;

/** What a product's name says that it is, tried in order; a product of no known kind is a parcel. */
const KINDS: readonly (readonly [words: RegExp, draw: Draw])[] = [
  [/teapot|pitcher|carafe/i, teapot],
  [/tumbler|travel cup|glass(es)?$|highball/i, tumbler],
  [/mug|cup|tankard/i, mug],
  [/pendant|chandelier/i, lampPendant],
  [/floor lamp|arc lamp|reading lamp/i, lampFloor],
  [/lantern/i, lantern],
  [/lamp|light/i, lampTable],
  [/sleeping bag|quilt roll|camp pad/i, sleepingBag],
  [/cushion|pillow|bolster/i, cushion],
  [/lounge|armchair|sofa|loveseat|recliner/i, armchair],
  [/stool|ottoman|bench/i, stool],
  [/shell|desk chair|dining|café/i, chairShell],
  [/chair|rocker/i, chairSlat],
  [/headphones|headset/i, headphones],
  [/earbuds|in-ear/i, earbuds],
  [/turntable/i, turntable],
  [/radio|receiver/i, radio],
  [/speaker|soundbar|subwoofer/i, speaker],
  [/backpack|rucksack|daypack/i, backpack],
  [/tote|shopper|satchel|messenger/i, tote],
  [/duffel|weekender|holdall/i, duffel],
  [/cactus/i, cactus],
  [/snake plant|bamboo|palm|aloe/i, plantUpright],
  [/plant|fern|succulent|monstera|fig|ivy|lily|philodendron|pilea|calathea|olive tree|pothos/i, plantLeafy],
  [/alarm|timer|desk clock/i, clockAlarm],
  [/clock/i, clockWall],
  [/watch|chronograph|diver/i, watch],
  [/kettle|dripper|percolator/i, kettle],
  [/skillet|frying pan|griddle|wok/i, skillet],
  [/casserole|dutch oven|stockpot|tagine/i, casserole],
  [/pan|pot$|saucier/i, saucepan],
  [/board|knife|cleaver/i, axeBoard],
  [/dome|shelter|family/i, tentDome],
  [/tent/i, tentRidge],
  [/flask|bottle|canteen/i, flask],
  [/boots?/i, boot],
  [/slippers?|clogs?|loafers?|moccasins?/i, slipper],
  [/sandals?/i, sandal],
  [/sneakers?|runners?|trainers?|shoes?|high-tops?/i, sneaker],
  [/rug|runner|mat/i, rug],
  [/throw|blanket|quilt|towels?/i, blanket],
  [/pencil|pens?\b|brush/i, pens],
  [/calendar|planner/i, calendar],
  [/notebook|journal|sketchbook|diary/i, notebook],
  [/paper|cards|folio|books|letter|stationery/i, paperStack],
];

/** Not standing on the floor: their shadow is faint. */
const HANGING: ReadonlySet<Draw> = new Set([
  lampPendant,
  clockWall,
  skillet,
  watch,
  cushion,
  slipper,
  sandal,
]);
/** Wrong when seen in a mirror. */
const ONE_WAY: ReadonlySet<Draw> = new Set([watch, clockAlarm, clockWall, calendar]);

/**
 * The product's picture: a flat drawing of what its name says it is, in the colours and proportions that its SKU
 * gives. The same for the same product, always; 400 × 400 units, a few kilobytes, nothing from outside.
 */
export function productSvg(product: Pick<Product, 'sku' | 'name'>): string {
  const look = lookOf(product.sku);
  const draw = KINDS.find(([words]) => words.test(product.name))?.[1] ?? parcel;
  const { ground, ink } = look.palette;
  const hangs = HANGING.has(draw);
  const scale = look.range(0.9, 1);
  const flip = look.index % 4 === 3 && !ONE_WAY.has(draw) ? -1 : 1;
  const placed = `translate(${String(200 - 200 * scale * flip)} ${String(Math.round(330 - 330 * scale))}) scale(${String(scale * flip)} ${String(scale)})`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img" aria-label="${escaped(product.name)}">` +
    box(0, 0, 400, 400, ground) +
    backdrop(look) +
    faded(hangs ? 0.1 : 0.2, oval(200, hangs ? 352 : 333, hangs ? 92 : 128, hangs ? 9 : 11, ink)) +
    `<g transform="${placed}">${draw(look)}</g></svg>`
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
