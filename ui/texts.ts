/** Every English text of the shop's pages, by area. Functions take what varies; nothing else holds words for people. */
import { accountTexts } from './texts/account.ts';
import { buyingTexts } from './texts/buying.ts';
import { catalogueTexts } from './texts/catalogue.ts';
import { orderTexts } from './texts/orders.ts';
import { saleTexts } from './texts/sale.ts';
import { shellTexts } from './texts/shell.ts';

export const texts = {
  ...shellTexts,
  ...catalogueTexts,
  ...saleTexts,
  ...buyingTexts,
  ...accountTexts,
  ...orderTexts,
} as const;
