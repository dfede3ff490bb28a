import { glaze, pattern } from './decoration.ts';
import type { Look } from './look.ts';
import { LEAF, LEAF_LIGHT, LEAF_SHADE, PAPER, WOOD, WOOD_SHADE } from './palette.ts';
import { box, d, disc, faded, line, oval, ring, shape, times, turned, within } from './shapes.ts';

/** Things of the house: drinkware, lamps, seats, plants, textiles. Each stands on y = 330, around x = 200. */

export function mug(look: Look): string {
  const { body, shade, light, ink } = look.palette;
  const half = look.range(68, 84);
  const top = look.range(150, 185);
  const taper = look.range(0, 16);
  const outline = d`M${190 - half} ${top} H${190 + half} L${190 + half - taper} 306 q-2 24 -26 24 H${216 - half + taper} q-24 0 -26 -24 Z`;
  const reach = look.range(44, 58);
  const handle = line(
    d`M${186 + half} ${top + 30} q${reach + 14} -4 ${reach} 50 q-8 40 -${reach + 6} 42`,
    shade,
    17,
  );
  const decorated = look.index % 2 === 0 ? glaze(look, 190 - half, 190 + half, top) : pattern(look);
  return (
    handle +
    shape(outline, body) +
    within('body', outline, decorated + faded(0.35, box(190 + half * 0.45, top, half, 200, shade))) +
    oval(190, top, half, 13, light) +
    oval(190, top + 2, half - 8, 9, ink) +
    steam(look, 190, top - 22)
  );
}

function steam(look: Look, x: number, y: number): string {
  const tall = look.range(26, 44);
  return faded(
    0.55,
    [-22, 8]
      .map((dx) => line(d`M${x + dx} ${y} q-12 ${-tall / 2} 0 ${-tall} t0 ${-tall}`, '#ffffff', 6))
      .join(''),
  );
}

export function tumbler(look: Look): string {
  const { body, shade, accent, light } = look.palette;
  const top = look.range(112, 140);
  const half = look.range(54, 64);
  const outline = d`M${200 - half} ${top} H${200 + half} L${200 + half - 14} 316 q-1 14 -14 14 H${228 - half} q-13 0 -14 -14 Z`;
  return (
    shape(outline, body) +
    within('body', outline, pattern(look) + faded(0.35, box(200 + half * 0.35, top, half, 230, shade))) +
    box(200 - half - 6, top - 18, half * 2 + 12, 22, accent, 10) +
    box(200 - half + 8, top - 32, half * 2 - 16, 18, light, 8) +
    (look.index % 2 === 0 ? line(d`M${212} ${top - 32} L${232} ${top - 84}`, light, 8) : '')
  );
}

export function teapot(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const wide = look.range(88, 100);
  const outline = d`M${200 - wide} 262 C${200 - wide} 180 ${200 + wide} 180 ${200 + wide} 262 C${200 + wide} 312 ${200 + wide * 0.6} 330 200 330 C${200 - wide * 0.6} 330 ${200 - wide} 312 ${200 - wide} 262 Z`;
  return (
    line(d`M${206 + wide} 236 q46 -14 38 34 q-6 28 -44 28`, shade, 14) +
    shape(
      d`M${214 - wide} 280 C${170 - wide} 270 ${176 - wide} 220 ${146 - wide} 208 L${166 - wide} 196 C${206 - wide} 210 ${204 - wide} 230 ${232 - wide} 232 Z`,
      shade,
    ) +
    shape(outline, body) +
    within('body', outline, pattern(look) + faded(0.3, oval(200 + wide * 0.8, 270, wide * 0.6, 100, shade))) +
    oval(200, 204, 52, 13, shade) +
    oval(200, 200, 50, 12, light) +
    disc(200, 182, 13, accent)
  );
}

export function lampPendant(look: Look): string {
  const { body, shade, accent, ink } = look.palette;
  const wide = look.range(86, 116);
  const top = look.range(128, 152);
  const flat = look.choose([1, 0.7, 0.45]);
  const bottom = top + wide * 0.95;
  return (
    line(d`M200 0 V${top - 14}`, ink, 4) +
    box(188, top - 22, 24, 26, accent, 6) +
    faded(
      0.42,
      shape(
        d`M${200 - wide * 0.8} ${bottom} L${110 - wide * 0.4} 330 H${290 + wide * 0.4} L${200 + wide * 0.8} ${bottom} Z`,
        '#fff3c9',
      ),
    ) +
    disc(200, bottom + 2, 21, '#fff0bd') +
    shape(
      d`M${200 - wide} ${bottom} C${200 - wide} ${top + (1 - flat) * 60} ${184 - flat * 20} ${top} 200 ${top} C${216 + flat * 20} ${top} ${200 + wide} ${top + (1 - flat) * 60} ${200 + wide} ${bottom} Z`,
      body,
    ) +
    faded(
      0.5,
      shape(
        d`M${200 + wide * 0.35} ${bottom} C${200 + wide * 0.4} ${top + 40} 212 ${top + 6} 204 ${top} C${216 + flat * 20} ${top} ${200 + wide} ${top + (1 - flat) * 60} ${200 + wide} ${bottom} Z`,
        shade,
      ),
    ) +
    box(200 - wide, bottom - 5, wide * 2, 8, accent, 4)
  );
}

export function lampTable(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const top = look.range(92, 112);
  const narrow = look.range(34, 58);
  const wide = look.range(80, 98);
  const outline = d`M${200 - narrow} ${top} H${200 + narrow} L${200 + wide} ${top + 108} H${200 - wide} Z`;
  const foot =
    look.index % 3 === 0
      ? box(194, top + 100, 12, 216 - top, WOOD) + disc(200, 274, 44, accent) + disc(185, 260, 12, light)
      : look.index % 3 === 1
        ? box(191, top + 100, 18, 220 - top, WOOD, 8) +
          line(d`M200 262 L150 328 M200 262 L250 328`, WOOD_SHADE, 10)
        : shape(
            d`M184 ${top + 100} H216 C216 260 262 270 250 320 H150 C138 270 184 260 184 ${top + 100} Z`,
            accent,
          );
  return (
    foot +
    box(152, 316, 96, 14, shade, 7) +
    shape(outline, body) +
    within('body', outline, pattern(look) + faded(0.28, box(200 + wide * 0.3, top, wide, 120, shade))) +
    faded(0.5, oval(200, top + 108, wide, 9, '#fff3c9'))
  );
}

export function lampFloor(look: Look): string {
  const { body, shade, accent, ink, light } = look.palette;
  const reach = look.range(70, 104);
  const head = look.index % 2 === 0;
  return (
    line(d`M${200 - reach} 322 C${200 - reach - 20} 120 ${200 - 20} 40 ${200 + reach * 0.7} 132`, ink, 7) +
    oval(200 - reach, 324, 52, 8, shade) +
    (head
      ? shape(d`M${200 + reach * 0.7 - 54} 184 a54 54 0 0 1 108 0 Z`, body) +
        disc(200 + reach * 0.7, 188, 16, '#fff0bd')
      : disc(200 + reach * 0.7, 178, 50, light) +
        disc(200 + reach * 0.7 - 14, 164, 16, '#ffffff') +
        box(200 + reach * 0.7 - 12, 120, 24, 18, accent, 5))
  );
}

export function chairShell(look: Look): string {
  const { body, light } = look.palette;
  const lean = look.range(-12, 14);
  const back = look.range(96, 120);
  return (
    chairLegs() +
    shape(
      d`M${138 + lean} ${back} q${62 - lean / 2} -26 124 0 q16 70 4 126 q-8 34 -66 34 q-58 0 -66 -34 q-12 -56 4 -126 Z`,
      body,
    ) +
    faded(0.5, shape(d`M140 222 q60 26 120 0 q2 34 -60 36 q-62 -2 -60 -36 Z`, light)) +
    faded(0.5, line(d`M${166 + lean} ${back + 30} q34 -12 68 0`, light, 7))
  );
}

export function chairSlat(look: Look): string {
  const { body, shade } = look.palette;
  const lean = look.range(-10, 6);
  const back = look.range(92, 122);
  const slats = look.choose([3, 4, 2]);
  const pitch = (216 - back) / (slats + 0.6);
  return (
    chairLegs() +
    box(136, 222, 128, 26, body, 12) +
    line(d`M${146 + lean} ${back} V226 M${254 + lean / 3} ${back} V226`, WOOD, 12) +
    times(slats, (at) =>
      box(140 + lean / 2, back + 8 + at * pitch, 122, Math.min(22, pitch * 0.55), at === 0 ? body : shade, 8),
    )
  );
}

function chairLegs(): string {
  return (
    line('M150 246 L128 328 M250 246 L272 328', WOOD, 11) +
    line('M170 246 L162 328 M232 246 L240 328', WOOD_SHADE, 9)
  );
}

export function armchair(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const high = look.range(118, 156);
  const corner = look.range(20, 48);
  return (
    line('M132 300 L122 329 M268 300 L278 329', WOOD_SHADE, 12) +
    box(122, high, 156, 170, shade, corner) +
    box(142, high + 14, 116, 120, body, corner * 0.7) +
    box(132, 236, 136, 48, light, 18) +
    box(92, 212, 56, 98, body, 24) +
    box(252, 212, 56, 98, body, 24) +
    box(122, 282, 156, 28, shade, 10) +
    (look.index % 3 === 0 ? '' : turned(look.range(-14, 14), 200, 214, box(168, 182, 64, 58, accent, 14)))
  );
}

export function stool(look: Look): string {
  const { body, shade, light } = look.palette;
  const high = look.range(160, 226);
  return (
    line(d`M158 ${high} L124 328 M242 ${high} L276 328`, WOOD, 12) +
    line(d`M182 ${high} L174 328 M218 ${high} L226 328`, WOOD_SHADE, 10) +
    line(d`M${140} ${(high + 340) / 2} H${260}`, WOOD, 8) +
    box(128, high - 22, 144, 34, shade, 17) +
    box(128, high - 30, 144, 30, body, 15) +
    faded(0.7, box(142, high - 27, 74, 8, light, 4))
  );
}

function pot(look: Look, top: number, half: number): string {
  const { body, shade, light } = look.palette;
  const outline = d`M${200 - half} ${top} H${200 + half} L${200 + half * 0.74} 318 q-3 12 -16 12 H${216 - half * 0.74} q-13 0 -16 -12 Z`;
  return (
    shape(outline, body) +
    within('pot', outline, pattern(look) + faded(0.32, box(200 + half * 0.3, top, half, 160, shade))) +
    box(200 - half - 7, top - 10, half * 2 + 14, 24, light, 8)
  );
}

function leaf(
  x: number,
  y: number,
  length: number,
  width: number,
  degrees: number,
  fill: string,
  vein: string,
): string {
  return turned(
    degrees,
    x,
    y,
    shape(
      d`M${x} ${y} C${x - width} ${y - length * 0.35} ${x - width * 0.7} ${y - length * 0.85} ${x} ${y - length} C${x + width * 0.7} ${y - length * 0.85} ${x + width} ${y - length * 0.35} ${x} ${y} Z`,
      fill,
    ) + line(d`M${x} ${y - 4} V${y - length * 0.86}`, vein, 2.5),
  );
}

export function plantLeafy(look: Look): string {
  const greens = [LEAF, LEAF_SHADE, LEAF_LIGHT];
  const count = 7 + (look.index % 4) * 2;
  const spread = look.range(52, 82);
  const leaves = times(count, (at) => {
    const degrees = -spread + (2 * spread * at) / (count - 1) + look.range(-5, 5);
    return leaf(
      200,
      246,
      look.range(112, 168),
      look.range(24, 44),
      degrees,
      greens[at % 3] ?? LEAF,
      LEAF_SHADE,
    );
  });
  return leaves + pot(look, 240, look.range(50, 66));
}

export function plantUpright(look: Look): string {
  const count = 5 + (look.index % 3);
  const blades = times(count, (at) => {
    const x = 200 + (at - (count - 1) / 2) * 17;
    const tip = look.range(78, 132);
    const lean = (at - (count - 1) / 2) * look.range(4, 10);
    return (
      shape(
        d`M${x - 12} 252 C${x - 18} 200 ${x + lean - 10} 150 ${x + lean} ${tip} C${x + lean + 12} 150 ${x + 18} 200 ${x + 12} 252 Z`,
        at % 2 === 0 ? LEAF : LEAF_SHADE,
      ) + line(d`M${x} 246 Q${x} 170 ${x + lean} ${tip + 22}`, LEAF_LIGHT, 4)
    );
  });
  return blades + pot(look, 246, look.range(54, 70));
}

export function cactus(look: Look): string {
  const { accent } = look.palette;
  const high = look.range(110, 140);
  const ribs = [-18, 0, 18].map((dx) => line(d`M${200 + dx} ${high + 22} V236`, LEAF_SHADE, 3)).join('');
  const arms =
    line(d`M166 206 H142 V${look.range(152, 174)}`, LEAF, 24) +
    (look.index % 2 === 0 ? line(d`M234 190 H260 V${look.range(132, 152)}`, LEAF, 22) : '');
  return (
    arms +
    box(164, high, 72, 150, LEAF, 36) +
    ribs +
    disc(200, high + 2, 11, accent) +
    disc(190, high - 6, 8, accent) +
    disc(210, high - 6, 8, accent) +
    pot(look, 244, look.range(52, 62))
  );
}

export function cushion(look: Look): string {
  const { body, shade, accent, light } = look.palette;
  const size = look.range(92, 108);
  const outline = d`M${200 - size} ${212 - size} Q200 ${232 - size} ${200 + size} ${212 - size} Q${180 + size} 212 ${200 + size} ${212 + size} Q200 ${194 + size} ${200 - size} ${212 + size} Q${220 - size} 212 ${200 - size} ${212 - size} Z`;
  const motif =
    look.index % 3 === 0 ? ring(200, 212, 44, accent, 12) + disc(200, 212, 20, light) : pattern(look);
  const corners = [-1, 1]
    .flatMap((sx) => [-1, 1].map((sy) => disc(200 + sx * size, 212 + sy * size, 9, accent)))
    .join('');
  return turned(
    look.range(-9, 9),
    200,
    212,
    (look.index % 2 === 0 ? corners : '') +
      shape(outline, body) +
      within('body', outline, motif + faded(0.25, shape(d`M300 100 Q250 240 100 330 H330 Z`, shade))),
  );
}

export function blanket(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const folds = 2 + (look.index % 3);
  const thick = Math.min(58, 168 / folds);
  const colours = [body, light, accent, PAPER, shade];
  return times(folds, (at) => {
    const wide = look.range(176, 200);
    const x = 200 - wide / 2 + look.range(-6, 6);
    const y = 330 - (at + 1) * thick;
    const fill = colours[(at + look.index) % colours.length] ?? body;
    const inner = thick - 4;
    // The fold is round on the left; on the right the layers lie open.
    const outline = d`M${x + wide} ${y} H${x + inner / 2} a${inner / 2} ${inner / 2} 0 0 0 0 ${inner} H${x + wide} Z`;
    const name = `fold${String(at)}`;
    const bands =
      at === folds - 1
        ? box(x + wide * 0.68, y, 10, inner, accent) + box(x + wide * 0.76, y, 5, inner, accent)
        : '';
    const fringe = times(Math.floor(inner / 7), (tooth) =>
      line(d`M${x + wide} ${y + 5 + tooth * 7} h${12}`, fill, 3),
    );
    return (
      (at === folds - 1 ? fringe : '') +
      shape(outline, fill) +
      within(
        name,
        outline,
        bands +
          faded(
            0.16,
            box(x + inner / 2, y + inner * 0.47, wide, 3, '#000000') +
              box(x, y + inner * 0.78, wide, inner * 0.3, '#000000'),
          ),
      )
    );
  });
}

export function rug(look: Look): string {
  const { body, accent, light, shade } = look.palette;
  const outline = d`M96 180 H304 V300 H96 Z`;
  const tassels = times(13, (at) => line(d`M${100 + at * 16.6} 300 v18`, PAPER, 4));
  return (
    tassels +
    shape(outline, body) +
    within('body', outline, box(108, 192, 184, 96, accent) + box(116, 200, 168, 80, body) + pattern(look)) +
    box(88, 146, 224, 52, shade, 26) +
    box(88, 140, 224, 50, body, 25) +
    disc(300, 165, 22, shade) +
    ring(300, 165, 13, light, 4)
  );
}
