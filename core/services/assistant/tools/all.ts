import { ACTION_TOOLS } from './actions.ts';
import { ORDER_TOOLS } from './orders.ts';
import { PLATFORM_TOOLS } from './platform.ts';
import { SALES_TOOLS } from './sales.ts';
import { STOCK_TOOLS } from './stock.ts';
import type { Tool } from './tool.ts';

export const READING_TOOLS: readonly Tool[] = [
  ...SALES_TOOLS,
  ...ORDER_TOOLS,
  ...STOCK_TOOLS,
  ...PLATFORM_TOOLS,
];

export const TOOLS: readonly Tool[] = [...READING_TOOLS, ...ACTION_TOOLS];
