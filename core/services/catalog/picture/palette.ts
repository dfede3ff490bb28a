/** Colours of one picture, chosen to sit well together on a light page and on a dark one. */
export interface Palette {
  /** Backdrop: ground colour, and the shape that stands on it. */
  readonly ground: string;
  readonly backdrop: string;
  /** The product: its body, the side in shadow, the side in light. */
  readonly body: string;
  readonly shade: string;
  readonly light: string;
  readonly accent: string;
  readonly ink: string;
}

export const WOOD = '#c08a5a';
export const WOOD_SHADE = '#9a6a42';
export const PAPER = '#fbf6ec';
export const STEEL = '#c9d1d6';
export const STEEL_SHADE = '#98a3ab';
export const LEAF = '#4f8a5b';
export const LEAF_SHADE = '#38694a';
export const LEAF_LIGHT = '#79b078';

export const PALETTES: readonly Palette[] = [
  {
    ground: '#f3e9dc',
    backdrop: '#e6d3ba',
    body: '#d9734e',
    shade: '#b4553a',
    light: '#ec9a74',
    accent: '#2f5d62',
    ink: '#3a2a24',
  },
  {
    ground: '#e3ecea',
    backdrop: '#c8dcd8',
    body: '#2f7f79',
    shade: '#1f5f5c',
    light: '#58a69c',
    accent: '#f0b866',
    ink: '#1d3436',
  },
  {
    ground: '#ece7f2',
    backdrop: '#d8cee8',
    body: '#7a62ad',
    shade: '#5b4789',
    light: '#a08acb',
    accent: '#f2c46d',
    ink: '#2e2545',
  },
  {
    ground: '#fbeee6',
    backdrop: '#f6d8c6',
    body: '#e8a33d',
    shade: '#c07f22',
    light: '#f5c578',
    accent: '#8a3f4f',
    ink: '#45301c',
  },
  {
    ground: '#e4ebf3',
    backdrop: '#c9d8ea',
    body: '#3d6ea5',
    shade: '#2b5180',
    light: '#6f9ccb',
    accent: '#ef8a5f',
    ink: '#1c2c44',
  },
  {
    ground: '#f6e6e8',
    backdrop: '#ecccd1',
    body: '#c2576b',
    shade: '#993f52',
    light: '#dc8795',
    accent: '#35606b',
    ink: '#40202a',
  },
  {
    ground: '#eaeee0',
    backdrop: '#d5dfc0',
    body: '#7c9443',
    shade: '#5d7230',
    light: '#a4ba6d',
    accent: '#d9764f',
    ink: '#2d351c',
  },
  {
    ground: '#efeae4',
    backdrop: '#dccfc0',
    body: '#4a4f5a',
    shade: '#343842',
    light: '#727986',
    accent: '#e2a84c',
    ink: '#23262d',
  },
  {
    ground: '#e7f0f2',
    backdrop: '#cbe2e7',
    body: '#f4efe6',
    shade: '#d9cfbf',
    light: '#fffdf8',
    accent: '#d6694f',
    ink: '#34434a',
  },
  {
    ground: '#f7f0d9',
    backdrop: '#efdfae',
    body: '#35627a',
    shade: '#264a5e',
    light: '#5f8da6',
    accent: '#e07a5f',
    ink: '#21323c',
  },
];
