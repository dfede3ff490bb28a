import type { Look } from './look.ts';
import { box, d, disc, faded, line, shape, times } from './shapes.ts';

/** Patterns that lie over a body; the caller clips them to it. All of them cover the whole picture. */
export function pattern(look: Look): string {
  const { accent, light, shade } = look.palette;
  const offset = look.range(0, 24);
  switch (look.index % 6) {
    case 0:
      return times(14, (at) => box(0, offset + at * 30, 400, 9, at % 2 === 0 ? accent : light));
    case 1:
      return times(9, (row) =>
        times(12, (column) => disc(column * 36 + (row % 2) * 18, offset + row * 44, 6, light)),
      );
    case 2:
      return times(20, (at) => line(d`M${at * 26 - 60} 0 L${at * 26 + 60} 400`, shade, 5));
    case 3:
      return box(0, 205 + offset, 400, 26, accent) + box(0, 240 + offset, 400, 6, accent);
    case 4:
      return times(12, (at) =>
        line(
          d`M-10 ${at * 36 + offset} q20 -18 40 0 t40 0 t40 0 t40 0 t40 0 t40 0 t40 0 t40 0 t40 0 t40 0 t40 0`,
          light,
          4,
        ),
      );
    default:
      return '';
  }
}

/** Glaze that runs down from the top edge at `y`. */
export function glaze(look: Look, left: number, right: number, y: number): string {
  const step = (right - left) / 5;
  let path = d`M${left} ${y}`;
  for (let at = 0; at < 5; at += 1) {
    const drop = look.range(14, 46);
    path += d` v${drop} q${step / 2} ${step * 0.8} ${step} 0 v${-drop}`;
  }
  return shape(`${path} Z`, look.palette.light);
}

/** What stands behind the product: one of six quiet shapes. */
export function backdrop(look: Look): string {
  const { backdrop: fill, ground } = look.palette;
  const x = look.range(180, 220);
  switch ((look.index * 5 + 1) % 6) {
    case 0:
      return disc(x, 190, look.range(128, 146), fill);
    case 1:
      return shape(d`M${x - 112} 330 V190 a112 112 0 0 1 224 0 V330 Z`, fill);
    case 2:
      return box(x - 130, 62, 260, 268, fill, 36);
    case 3:
      return shape(
        d`M0 250 Q110 ${look.range(120, 180)} 220 205 T400 ${look.range(150, 210)} V330 H0 Z`,
        fill,
      );
    case 4:
      return (
        disc(x - 70, 160, 92, fill) + disc(x + 62, 214, 104, fill) + faded(0.5, disc(x + 92, 98, 34, fill))
      );
    default:
      return (
        shape(d`M${x - 150} 330 L${x - 20} 80 a24 24 0 0 1 40 0 L${x + 150} 330 Z`, fill) +
        disc(x + 110, 96, 26, fill) +
        faded(0.4, disc(x + 110, 96, 12, ground))
      );
  }
}
