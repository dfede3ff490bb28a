import { pattern } from './decoration.ts';
import type { Look } from './look.ts';
import { PAPER, STEEL, STEEL_SHADE, WOOD, WOOD_SHADE } from './palette.ts';
import { box, d, disc, faded, line, oval, ring, shape, times, turned, within } from './shapes.ts';

/** Things one takes along: bags, shoes, watches, camp gear. Each stands on y = 330, around x = 200. */

export function backpack(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const half = look.range(72, 88);
  const top = look.range(104, 128);
  const outline = d`M${200 - half} 306 V${top + 62} Q${200 - half} ${top} 200 ${top} Q${200 + half} ${top} ${200 + half} ${top + 62} V306 q0 24 -24 24 H${224 - half} q-24 0 -24 -24 Z`;
  return (
    line(d`M176 ${top + 6} q0 -34 24 -34 q24 0 24 34`, ink, 10) +
    box(200 - half - 18, 218, 30, 92, shade, 14) +
    box(188 + half, 218, 30, 92, shade, 14) +
    shape(outline, body) +
    within(
      'body',
      outline,
      (look.index % 2 === 0 ? pattern(look) : '') + faded(0.3, box(200 + half * 0.5, top, half, 240, shade)),
    ) +
    box(200 - half + 18, 226, half * 2 - 36, 84, shade, 18) +
    box(200 - half + 18, 220, half * 2 - 36, 84, light, 18) +
    line(d`M${200 - half + 34} 244 H${200 + half - 34}`, accent, 6) +
    box(190, top + 52, 20, 64, accent, 6) +
    box(184, top + 94, 32, 20, ink, 6)
  );
}

export function tote(look: Look): string {
  const { body, shade, accent } = look.palette;
  const top = look.range(164, 190);
  const flare = look.range(0, 20);
  const outline = d`M${104 - flare} ${top} H${296 + flare} L282 318 q-2 12 -14 12 H132 q-12 0 -14 -12 Z`;
  return (
    line(d`M156 ${top + 8} V${top - 42} q0 -46 44 -46 t44 46 V${top + 8}`, accent, 11) +
    shape(outline, body) +
    within(
      'body',
      outline,
      pattern(look) + faded(0.25, shape(d`M260 ${top} L330 ${top} V340 H240 Z`, shade)),
    ) +
    box(148, top, 16, 34, shade, 4) +
    box(236, top, 16, 34, shade, 4)
  );
}

export function duffel(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const high = look.range(188, 212);
  const outline = d`M86 ${high + 46} q0 -46 46 -46 H268 q46 0 46 46 V292 q0 38 -38 38 H124 q-38 0 -38 -38 Z`;
  return (
    line(d`M150 ${high + 30} C150 ${high - 90} 250 ${high - 90} 250 ${high + 30}`, accent, 12) +
    shape(outline, body) +
    within(
      'body',
      outline,
      (look.index % 2 === 1 ? pattern(look) : '') +
        box(86, high, 34, 160, shade) +
        box(280, high, 34, 160, shade),
    ) +
    box(142, high, 17, 130, accent) +
    box(241, high, 17, 130, accent) +
    line(d`M126 ${high + 24} H274`, ink, 5) +
    box(168, 260, 64, 38, light, 8)
  );
}

export function sneaker(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const collar = look.index % 3 === 0 ? look.range(150, 164) : look.range(196, 208);
  const outline = d`M92 306 V${collar + 4} q0 -14 16 -12 q20 4 44 -8 q12 -4 18 6 L206 ${240} q40 14 78 22 q30 8 30 36 V306 Z`;
  return (
    shape(outline, body) +
    within(
      'body',
      outline,
      shape('M220 320 q20 -70 110 -50 V330 Z', light) +
        shape(d`M80 ${collar - 10} h34 q-8 70 10 130 H80 Z`, shade) +
        faded(
          0.6,
          look.index % 2 === 0
            ? shape('M120 300 Q190 292 232 246 L246 252 Q206 306 126 316 Z', accent)
            : pattern(look),
        ),
    ) +
    times(4, (at) => line(d`M${166 + at * 15} ${226 + at * 8 - (240 - collar) * 0.1} l22 -12`, PAPER, 6)) +
    shape('M86 300 H314 q6 30 -18 30 H106 q-22 0 -20 -30 Z', PAPER) +
    line('M92 314 H308', accent, 4) +
    faded(0.25, line('M100 328 H300', ink, 3))
  );
}

export function boot(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const top = look.range(108, 142);
  const outline = d`M112 310 V${top} q48 14 96 0 L212 226 q10 12 52 20 q44 8 44 48 V310 Z`;
  return (
    shape(outline, body) +
    within(
      'body',
      outline,
      box(100, top - 4, 34, 230, shade) +
        shape('M236 320 q10 -70 84 -60 V330 Z', light) +
        (look.index % 2 === 0 ? faded(0.35, pattern(look)) : ''),
    ) +
    times(5, (at) => line(d`M${182} ${top + 34 + at * 22} l30 -8`, accent, 6)) +
    box(106, top - 10, 108, 20, accent, 10) +
    shape('M106 304 H312 V318 q0 12 -12 12 H214 l-8 -9 h-36 l-8 9 H118 q-12 0 -12 -12 Z', ink)
  );
}

export function sandal(look: Look): string {
  return pair(look, true);
}

export function slipper(look: Look): string {
  return pair(look, false);
}

/** Shoes seen from above. */
function pair(look: Look, open: boolean): string {
  const { body, shade, light, accent } = look.palette;
  const vamp = look.range(196, 216);
  const one = (side: number): string => {
    const x = 200 + side * 54;
    const name = side < 0 ? 'left' : 'right';
    const outline = d`M${x} 96 C${x + 44} 96 ${x + 48} 150 ${x + 42} 206 C${x + 38} 250 ${x + 42} 330 ${x} 330 C${x - 42} 330 ${x - 38} 250 ${x - 42} 206 C${x - 48} 150 ${x - 44} 96 ${x} 96 Z`;
    const upper = open
      ? line(d`M${x - 50} 150 Q${x} 176 ${x + 50} 146 M${x - 48} 192 Q${x} 214 ${x + 48} 188`, body, 24)
      : shape(d`M${x - 60} 80 H${x + 60} V${vamp} Q${x} ${vamp - 56} ${x - 60} ${vamp} Z`, body) +
        faded(
          0.5,
          shape(d`M${x + 10} 80 H${x + 60} V${vamp} Q${x + 34} ${vamp - 26} ${x + 22} ${vamp - 30} Z`, shade),
        );
    const trim = open
      ? disc(x + 34, 152, 5, accent)
      : line(d`M${x - 54} ${vamp - 4} Q${x} ${vamp - 58} ${x + 54} ${vamp - 4}`, accent, 7);
    return turned(
      side * 7,
      x,
      330,
      shape(outline, shade) + within(name, outline, oval(x, 232, 33, 92, open ? WOOD : light) + upper + trim),
    );
  };
  return one(-1) + one(1);
}

export function watch(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const square = look.index % 3 === 1;
  const size = look.range(62, 74);
  const strap =
    shape(d`M168 60 h64 l6 84 h-76 Z`, body) +
    shape(d`M162 264 h76 l-8 74 q-30 12 -60 0 Z`, body) +
    faded(0.5, box(196, 62, 8, 74, shade)) +
    times(3, (at) => disc(200, 288 + at * 17, 4, shade));
  const face = square
    ? box(200 - size, 202 - size, size * 2, size * 2, STEEL, 26) +
      box(210 - size, 212 - size, size * 2 - 20, size * 2 - 20, PAPER, 18)
    : disc(200, 202, size + 6, STEEL) + disc(200, 202, size - 6, look.index % 2 === 0 ? PAPER : ink);
  const dark = !square && look.index % 2 === 1;
  const marks = times(12, (at) =>
    turned(at * 30, 200, 202, box(198.5, 212 - size, 3, at % 3 === 0 ? 12 : 7, dark ? light : ink)),
  );
  const small = look.index % 4 === 0 ? ring(200, 232, 14, accent, 3) + line('M200 232 V222', accent, 3) : '';
  return turned(
    look.range(-16, 16),
    200,
    202,
    strap +
      box(198 + size, 192, 16, 20, STEEL_SHADE, 5) +
      face +
      marks +
      small +
      hands(look, 202, size * 0.6, dark ? PAPER : ink) +
      disc(200, 202, 5, accent),
  );
}

function hands(look: Look, y: number, length: number, fill: string): string {
  return (
    turned(look.range(290, 325), 200, y, line(d`M200 ${y} V${y - length * 0.66}`, fill, 6)) +
    turned(look.range(40, 80), 200, y, line(d`M200 ${y} V${y - length}`, fill, 4)) +
    turned(look.range(120, 240), 200, y, line(d`M200 ${y} V${y - length}`, look.palette.accent, 2))
  );
}

export function clockAlarm(look: Look): string {
  return clock(look, true);
}

export function clockWall(look: Look): string {
  return clock(look, false);
}

function clock(look: Look, alarm: boolean): string {
  const { body, shade, light, accent, ink } = look.palette;
  const radius = look.range(88, 104);
  const extras = alarm
    ? line('M148 300 L130 328 M252 300 L270 328', shade, 13) +
      turned(-30, 150, 112, oval(150, 108, 32, 18, accent)) +
      turned(30, 250, 112, oval(250, 108, 32, 18, accent))
    : line('M200 60 V110', ink, 3) + disc(200, 60, 5, ink);
  const y = alarm ? 214 : 206;
  return (
    extras +
    disc(200, y, radius, body) +
    disc(200, y, radius - 14, PAPER) +
    times(12, (at) =>
      turned(
        at * 30,
        200,
        y,
        at % 3 === 0 ? box(197, y - radius + 22, 6, 14, shade, 3) : disc(200, y - radius + 27, 3, light),
      ),
    ) +
    hands(look, y, radius * 0.62, ink) +
    disc(200, y, 7, accent)
  );
}

export function tentDome(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const peak = look.range(124, 150);
  const outline = d`M76 330 Q92 ${peak - 26} 200 ${peak} Q308 ${peak - 26} 324 330 Z`;
  return (
    guyLines(ink) +
    shape(outline, body) +
    within('body', outline, faded(0.8, shape('M240 60 H360 V340 H262 Z', shade)) + pattern(look)) +
    shape('M146 330 Q156 214 200 206 Q244 214 254 330 Z', ink) +
    shape('M146 330 Q150 230 200 206 Q168 250 172 330 Z', light) +
    line(d`M76 330 Q92 ${peak - 26} 200 ${peak} Q308 ${peak - 26} 324 330`, accent, 5)
  );
}

export function tentRidge(look: Look): string {
  const { body, shade, light, accent, ink } = look.palette;
  const peak = look.range(112, 150);
  const wide = look.range(112, 128);
  return (
    guyLines(ink) +
    shape(d`M200 ${peak} L${200 + wide} 330 H${200 - wide} Z`, body) +
    shape(d`M200 ${peak} L${200 + wide} 330 H232 Z`, shade) +
    shape('M200 200 L250 330 H150 Z', ink) +
    shape('M200 200 L172 330 H130 Z', light) +
    line(d`M200 ${peak} L188 ${peak - 20} M200 ${peak} L212 ${peak - 20}`, accent, 7)
  );
}

function guyLines(ink: string): string {
  return line('M96 300 L62 330 M304 300 L338 330', ink, 3);
}

export function lantern(look: Look): string {
  const { body, shade, accent, ink } = look.palette;
  const top = look.range(140, 162);
  return (
    line(d`M150 ${top} C150 ${top - 90} 250 ${top - 90} 250 ${top}`, ink, 7) +
    faded(0.35, disc(200, 232, 106, '#fff0bd')) +
    box(152, top, 96, 34, body, 14) +
    box(160, top + 30, 80, 116, '#fff4d2', 10) +
    shape(d`M200 ${top + 52} q30 40 0 62 q-30 -22 0 -62 Z`, accent) +
    line(d`M166 ${top + 34} V296 M234 ${top + 34} V296`, shade, 7) +
    box(144, 286, 112, 44, body, 12) +
    box(144, 300, 112, 10, shade)
  );
}

export function flask(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  const half = look.range(44, 56);
  const shoulder = look.range(150, 172);
  const outline = d`M${200 - half} ${shoulder + 20} q0 -30 26 -38 H${174 + half} q26 8 26 38 V312 q0 18 -18 18 H${218 - half} q-18 0 -18 -18 Z`;
  return turned(
    look.range(-4, 4),
    200,
    330,
    box(174, 86, 52, 50, accent, 12) +
      (look.index % 2 === 0 ? ring(200, 80, 18, shade, 9) : box(182, 72, 36, 20, shade, 8)) +
      shape(outline, body) +
      within('body', outline, pattern(look) + faded(0.32, box(200 + half * 0.3, 100, half, 240, shade))) +
      box(168, 128, 64, 14, light, 6),
  );
}

export function sleepingBag(look: Look): string {
  const { body, shade, light, accent } = look.palette;
  return (
    box(92, 218, 216, 112, body, 50) +
    faded(0.5, box(92, 282, 216, 48, shade, 24)) +
    times(4, (at) => line(d`M${150 + at * 34} 222 q-8 50 0 104`, shade, 4)) +
    disc(290, 274, 48, light) +
    ring(290, 274, 32, body, 7) +
    ring(290, 274, 16, accent, 6) +
    box(128, 214, 14, 118, accent, 5) +
    box(226, 214, 14, 118, accent, 5) +
    line(d`M134 216 q50 ${look.range(-70, -40)} 100 0`, accent, 8)
  );
}

export function axeBoard(look: Look): string {
  const { body, accent, shade } = look.palette;
  return (
    turned(
      look.range(-6, 6),
      200,
      240,
      box(120, 150, 160, 180, WOOD, 26) +
        box(184, 96, 32, 70, WOOD, 16) +
        disc(200, 112, 7, shade) +
        line('M140 190 q60 -16 120 6 M140 240 q60 18 120 -4 M140 288 q60 -12 120 4', WOOD_SHADE, 3),
    ) +
    turned(
      24,
      236,
      230,
      box(230, 120, 12, 60, body, 6) +
        shape('M222 176 h28 v86 q-26 20 -28 44 Z', STEEL) +
        box(222, 170, 28, 9, accent),
    )
  );
}
