import { pattern } from './decoration.ts';
import type { Look } from './look.ts';
import { PAPER, STEEL, STEEL_SHADE, WOOD, WOOD_SHADE } from './palette.ts';
import { box, d, disc, faded, line, oval, ring, shape, times, turned, within } from './shapes.ts';

/** Things of kitchen, desk and listening corner. Each stands on y = 330, around x = 200. */

export function headphones(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const wide = look.range(84, 100);
  const top = look.range(78, 100);
  const cup = (side: number): string => {
    const x = 200 + side * wide;
    return (
      box(x - 22 - side * 14, 208, 44, 98, ink, 20) +
      box(x - 24 + side * 6, 200, 48, 114, body, 24) +
      (look.index % 2 === 0
        ? ring(x + side * 6, 257, 15, accent, 6)
        : box(x - 6 + side * 6, 226, 12, 62, accent, 6))
    );
  };
  return turned(
    look.range(-6, 6),
    200,
    230,
    line(
      d`M${200 - wide} 240 C${200 - wide - 14} ${top - 24} ${200 + wide + 14} ${top - 24} ${200 + wide} 240`,
      shade,
      22,
    ) +
      line(
        d`M${200 - wide * 0.62} ${top + 50} Q200 ${top - 14} ${200 + wide * 0.62} ${top + 50}`,
        light,
        11,
      ) +
      cup(-1) +
      cup(1),
  );
}

export function earbuds(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const bud = (x: number, side: number): string =>
    turned(
      side * look.range(8, 20),
      x,
      150,
      oval(x + side * 24, 128, 11, 17, accent) +
        disc(x, 134, 26, PAPER) +
        box(x - 9, 140, 18, 66, PAPER, 9) +
        box(x - 9, 192, 18, 10, STEEL, 4) +
        box(x - 3, 150, 6, 20, STEEL_SHADE, 3),
    );
  return (
    bud(150, -1) +
    bud(250, 1) +
    box(108, 224, 184, 106, body, 46) +
    box(108, 224, 184, 48, light, 24) +
    line('M112 272 H288', shade, 4) +
    disc(200, 290, 6, accent)
  );
}

export function speaker(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const half = look.range(58, 78);
  const top = look.range(96, 150);
  const middle = (top + 330) / 2;
  const wooden = look.index % 2 === 0;
  return (
    box(200 - half, top, half * 2, 330 - top, wooden ? WOOD : body, 20) +
    faded(0.4, box(200 + half * 0.6, top, half * 0.4, 330 - top, wooden ? WOOD_SHADE : shade, 16)) +
    box(212 - half, top + 12, half * 2 - 24, 306 - top, wooden ? body : shade, 14) +
    disc(200, middle + 34, half * 0.62, ink) +
    disc(200, middle + 34, half * 0.42, light) +
    disc(200, middle + 34, half * 0.16, accent) +
    disc(200, top + 46, half * 0.3, ink) +
    disc(200, top + 46, half * 0.13, accent)
  );
}

export function radio(look: Look): string {
  const { body, shade, accent, ink, light } = look.palette;
  const top = look.range(184, 204);
  return (
    line(d`M278 ${top} L${look.range(296, 330)} 92`, STEEL_SHADE, 5) +
    line(d`M140 ${top + 4} V${top - 30} H260 V${top + 4}`, WOOD, 11) +
    box(86, top, 228, 330 - top, body, 26) +
    faded(0.5, box(86, 300, 228, 30, shade, 15)) +
    times(5, (row) => times(6, (column) => disc(116 + column * 16, top + 30 + row * 19, 4.5, ink))) +
    box(220, top + 22, 74, 30, PAPER, 8) +
    line(d`M${look.range(232, 280)} ${top + 26} v22`, accent, 4) +
    disc(236, top + 92, 17, accent) +
    disc(280, top + 92, 13, light)
  );
}

export function turntable(look: Look): string {
  const { body, shade, accent, ink, light } = look.palette;
  return (
    box(78, 150, 244, 164, WOOD, 18) +
    box(78, 286, 244, 30, WOOD_SHADE, 12) +
    box(92, 314, 34, 16, ink, 6) +
    box(274, 314, 34, 16, ink, 6) +
    disc(178, 226, 72, ink) +
    ring(178, 226, 56, '#4a4a52', 2) +
    ring(178, 226, 44, '#4a4a52', 2) +
    disc(178, 226, 26, body) +
    disc(178, 226, look.range(8, 14), light) +
    line(d`M288 172 L276 232 L${look.range(222, 240)} 258`, STEEL, 7) +
    disc(288, 172, 14, shade) +
    disc(292, 276, 9, accent)
  );
}

export function saucepan(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const top = look.range(206, 232);
  const outline = d`M98 ${top} H262 V300 q0 30 -30 30 H128 q-30 0 -30 -30 Z`;
  return (
    box(256, top + 14, 108, 17, look.index % 2 === 0 ? WOOD : shade, 8) +
    shape(outline, body) +
    within(
      'body',
      outline,
      (look.index % 3 === 0 ? pattern(look) : '') + faded(0.35, box(216, 180, 60, 160, shade)),
    ) +
    box(88, top - 8, 184, 16, STEEL, 8) +
    shape(d`M104 ${top - 10} q76 -48 152 0 Z`, light) +
    disc(180, top - 44, 13, accent)
  );
}

export function kettle(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const top = look.range(158, 180);
  const slim = look.range(48, 66);
  const outline = d`M${200 - slim} ${top} H${200 + slim} L${286} 312 q0 18 -18 18 H132 q-18 0 -18 -18 Z`;
  const neck = look.index % 2 === 0;
  return (
    line(
      d`M${196 + slim} ${top + 16} C330 ${top - 10} 330 290 288 300`,
      look.index % 3 === 0 ? WOOD : shade,
      14,
    ) +
    (neck
      ? line(d`M124 290 C70 280 98 ${top + 20} 66 ${top}`, shade, 13)
      : shape(d`M126 250 L74 ${top + 10} L96 ${top} L150 214 Z`, shade)) +
    shape(outline, body) +
    within(
      'body',
      outline,
      (look.index % 4 === 1 ? pattern(look) : '') + faded(0.3, shape(d`M220 ${top} H300 V340 H244 Z`, shade)),
    ) +
    box(190 - slim, top - 8, slim * 2 + 20, 16, light, 8) +
    disc(200, top - 20, 13, accent)
  );
}

export function casserole(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const top = look.range(206, 224);
  return (
    box(62, top + 20, 44, 26, shade, 13) +
    box(294, top + 20, 44, 26, shade, 13) +
    shape(d`M86 ${top} H314 V292 q0 38 -38 38 H124 q-38 0 -38 -38 Z`, body) +
    faded(0.35, shape(d`M250 ${top} H314 V292 q0 38 -38 38 H232 Z`, shade)) +
    shape(d`M84 ${top} q0 -${look.range(48, 66)} 116 -${60} q116 0 116 60 Z`, light) +
    box(78, top - 8, 244, 16, shade, 8) +
    box(176, top - 84, 48, 20, accent, 10) +
    box(192, top - 68, 16, 14, accent) +
    line(d`M112 ${top + 34} V284`, light, 8)
  );
}

export function skillet(look: Look): string {
  const { body, shade, ink, accent, light } = look.palette;
  const egg = look.index % 2 === 0;
  return turned(
    look.range(-50, -28),
    200,
    210,
    box(268, 196, 122, 26, look.index % 3 === 0 ? WOOD : shade, 13) +
      disc(376, 209, 6, PAPER) +
      disc(184, 209, 104, body) +
      disc(184, 209, 88, ink) +
      faded(0.4, ring(184, 209, 70, light, 2)) +
      (egg
        ? oval(176, 214, 44, 36, PAPER) + disc(180, 210, 17, '#f2b33d')
        : disc(158, 196, 16, accent) + disc(204, 186, 12, light) + disc(190, 240, 18, accent)),
  );
}

export function notebook(look: Look): string {
  const { body, shade, accent, light, ink } = look.palette;
  const outline = d`M122 100 H270 q12 0 12 12 V318 q0 12 -12 12 H122 Z`;
  return turned(
    look.range(-10, 10),
    200,
    215,
    box(128, 108, 162, 226, PAPER, 10) +
      shape(outline, body) +
      within(
        'body',
        outline,
        look.index % 2 === 0
          ? pattern(look)
          : box(154, 146, 96, 54, light, 6) + line('M168 166 H236 M168 182 H214', ink, 4),
      ) +
      box(122, 100, 20, 230, shade) +
      box(252, 100, 10, 230, accent) +
      shape('M176 328 v26 l8 -9 l8 9 v-26 Z', accent),
  );
}

export function pens(look: Look): string {
  const { body, shade, accent, light, ink } = look.palette;
  const colours = [accent, light, ink, shade];
  const sticks = times(4, (at) => {
    const x = 166 + at * 23;
    const top = look.range(104, 150);
    return turned(
      (at - 1.5) * 7,
      x,
      300,
      box(x - 7, top, 14, 180, colours[at] ?? ink, 5) +
        shape(d`M${x - 7} ${top + 3} L${x} ${top - 22} L${x + 7} ${top + 3} Z`, WOOD),
    );
  });
  const outline = d`M140 222 H260 L252 318 q-1 12 -13 12 H161 q-12 0 -13 -12 Z`;
  return (
    sticks +
    shape(outline, body) +
    within('body', outline, pattern(look) + faded(0.3, box(222, 220, 50, 120, shade))) +
    oval(200, 222, 60, 8, shade)
  );
}

export function paperStack(look: Look): string {
  const { body, shade, accent, light } = look.palette;
  const colours = [body, accent, light, shade, PAPER];
  const count = 3 + (look.index % 3);
  let y = 330;
  const books = times(count, (at) => {
    const thick = look.range(24, 38);
    const wide = look.range(150, 200);
    const x = 200 - wide / 2 + look.range(-12, 12);
    y -= thick;
    const fill = colours[(at + look.index) % colours.length] ?? body;
    return (
      box(x, y, wide, thick, fill, 5) +
      box(x + wide - 16, y + 5, 16, thick - 10, PAPER) +
      box(x + 18, y, 8, thick, shade)
    );
  });
  return (
    books +
    turned(-8, 200, y, box(124, y - 15, 150, 12, accent, 6) + shape(d`M274 ${y - 15} l22 6 l-22 6 Z`, PAPER))
  );
}

export function calendar(look: Look): string {
  const { body, shade, accent, light } = look.palette;
  const day = look.index % 18;
  return (
    shape('M110 330 L140 150 H268 L300 330 Z', shade) +
    shape('M100 330 L126 150 H254 L280 330 Z', PAPER) +
    shape('M119 198 L126 150 H254 L261 198 Z', body) +
    times(6, (at) => line(d`M${142 + at * 20} 142 v20`, light, 5)) +
    times(18, (at) => {
      const row = Math.floor(at / 6);
      const x = 134 + (at % 6) * 22 - row * 2;
      return box(x, 216 + row * 34, 16, 20, at === day ? accent : light, 4);
    })
  );
}

export function parcel(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const high = look.range(180, 214);
  return (
    box(104, high, 192, 330 - high, body, 8) +
    box(232, high, 64, 330 - high, shade, 8) +
    box(94, high - 26, 212, 40, light, 8) +
    box(184, high - 26, 28, 356 - high, accent) +
    oval(178, high - 40, 26, 15, accent) +
    oval(218, high - 40, 26, 15, accent)
  );
}
