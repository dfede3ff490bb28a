/** The few SVG shapes that the pictures are made of. Numbers are user units of a 400 × 400 picture. */

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Path data with its numbers rounded: `d\`M${x} ${y}\``. */
export function d(parts: TemplateStringsArray, ...values: readonly number[]): string {
  return parts.reduce(
    (path, part, at) => path + part + (at < values.length ? round(values[at] ?? 0) : ''),
    '',
  );
}

export function shape(path: string, fill: string): string {
  return `<path d="${path}" fill="${fill}"/>`;
}

export function line(path: string, stroke: string, width: number): string {
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${round(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

export function oval(x: number, y: number, rx: number, ry: number, fill: string): string {
  return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(rx)}" ry="${round(ry)}" fill="${fill}"/>`;
}

export function disc(x: number, y: number, r: number, fill: string): string {
  return oval(x, y, r, r, fill);
}

export function ring(x: number, y: number, r: number, stroke: string, width: number): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r)}" fill="none" stroke="${stroke}" stroke-width="${round(width)}"/>`;
}

export function box(x: number, y: number, width: number, height: number, fill: string, corner = 0): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${round(corner)}" fill="${fill}"/>`;
}

export function turned(degrees: number, x: number, y: number, content: string): string {
  return `<g transform="rotate(${round(degrees)} ${round(x)} ${round(y)})">${content}</g>`;
}

export function faded(opacity: number, content: string): string {
  return `<g opacity="${round(opacity)}">${content}</g>`;
}

/** `content` only where `outline` is; `name` is unique in the picture. */
export function within(name: string, outline: string, content: string): string {
  return `<clipPath id="${name}"><path d="${outline}"/></clipPath><g clip-path="url(#${name})">${content}</g>`;
}

/** The same for each of `count` places: `draw(0)`, `draw(1)`, … */
export function times(count: number, draw: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => draw(at)).join('');
}
