import type { Product } from './ports.ts';
import {
  axeBoard,
  backpack,
  boot,
  clock,
  duffel,
  flask,
  lantern,
  sleepingBag,
  slipper,
  sneaker,
  tent,
  tote,
  watch,
} from './picture/carry.ts';
import { backdrop } from './picture/decoration.ts';
import {
  armchair,
  blanket,
  cactus,
  chair,
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
import { box, faded, oval, turned } from './picture/shapes.ts';
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
  [/lounge|armchair|sofa|loveseat|recliner/i, armchair],
  [/stool|ottoman|bench/i, stool],
  [/chair|rocker/i, chair],
  [/headphones|headset/i, headphones],
  [/earbuds|in-ear/i, earbuds],
  [/turntable/i, turntable],
  [/radio|receiver/i, radio],
  [/speaker|soundbar|subwoofer/i, speaker],
  [/backpack|rucksack|daypack/i, backpack],
  [/tote|shopper|satchel|messenger/i, tote],
  [/duffel|weekender|holdall/i, duffel],
  [/cactus|succulent|aloe/i, cactus],
  [/snake plant|bamboo|palm|orchid/i, plantUpright],
  [/plant|fern|monstera|fig|ivy|lily|philodendron|pilea|calathea|olive tree|pothos/i, plantLeafy],
  [/clock/i, clock],
  [/watch|chronograph|diver/i, watch],
  [/kettle|dripper|percolator/i, kettle],
  [/skillet|frying pan|griddle|wok/i, skillet],
  [/casserole|dutch oven|stockpot|tagine/i, casserole],
  [/pan|pot$|saucier/i, saucepan],
  [/board|knife|cleaver/i, axeBoard],
  [/tent|shelter/i, tent],
  [/flask|bottle|canteen/i, flask],
  [/boots?/i, boot],
  [/slippers?|clogs?|loafers?|moccasins?|sandals?/i, slipper],
  [/sneakers?|runners?|trainers?|shoes?|high-tops?/i, sneaker],
  [/cushion|pillow|bolster/i, cushion],
  [/rug|runner|mat/i, rug],
  [/throw|blanket|quilt|towels?/i, blanket],
  [/pencil|pens?\b|brush/i, pens],
  [/calendar|planner/i, calendar],
  [/notebook|journal|sketchbook|diary/i, notebook],
  [/paper|cards|folio|books|letter|stationery/i, paperStack],
];

/**
 * The product's picture: a flat drawing of what its name says it is, in the colours and proportions that its SKU
 * gives. The same for the same product, always; 400 × 400 units, a few kilobytes, nothing from outside.
 */
export function productSvg(product: Pick<Product, 'sku' | 'name'>): string {
  const look = lookOf(product.sku);
  const draw = KINDS.find(([words]) => words.test(product.name))?.[1] ?? parcel;
  const { ground, ink } = look.palette;
  const hangs =
    draw === lampPendant || draw === clock || draw === skillet || draw === watch || draw === cushion;
  const scale = look.range(0.9, 1);
  const flip = look.index % 4 === 3 && draw !== watch && draw !== clock ? -1 : 1;
  const placed = `translate(${String(200 - 200 * scale * flip)} ${String(Math.round(330 - 330 * scale))}) scale(${String(scale * flip)} ${String(scale)})`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img" aria-label="${escaped(product.name)}">` +
    box(0, 0, 400, 400, ground) +
    turned(0, 200, 200, backdrop(look)) +
    faded(hangs ? 0.1 : 0.2, oval(200, hangs ? 352 : 333, hangs ? 92 : 128, hangs ? 9 : 11, ink)) +
    `<g transform="${placed}">${draw(look)}</g></svg>`
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
