/**
 * Stripe.js, as far as the checkout needs it. The script comes from Stripe alone, as its terms demand, and only once a
 * page asks for a card; what is typed into the card's frame never reaches this page.
 */
const SCRIPT = 'https://js.stripe.com/v3/';
const LOAD_MS_MAX = 15_000;

/** Something Stripe says about the card, in words for the shopper. */
export interface CardError {
  readonly message?: string;
}

export interface CardElement {
  mount(place: HTMLElement): void;
  destroy(): void;
  focus(): void;
  on(event: 'change', listener: (change: { readonly error?: CardError }) => void): void;
}

export interface StripePage {
  elements(options: { readonly locale: string }): {
    create(kind: 'card', options: object): CardElement;
  };
  createPaymentMethod(of: { readonly type: 'card'; readonly card: CardElement }): Promise<{
    readonly paymentMethod?: { readonly id: string };
    readonly error?: CardError;
  }>;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => StripePage;
  }
}

let loading: Promise<void> | undefined;

function load(): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    const fail = () => {
      clearTimeout(late);
      script.remove();
      loading = undefined;
      reject(new Error('Stripe.js did not load'));
    };
    const late = setTimeout(fail, LOAD_MS_MAX);
    script.src = SCRIPT;
    script.async = true;
    script.onerror = fail;
    script.onload = () => {
      clearTimeout(late);
      resolve();
    };
    document.head.append(script);
  });
  return loading;
}

/** Rejects when the script can't be had; may be called again. */
export async function openStripe(publishableKey: string): Promise<StripePage> {
  if (window.Stripe === undefined) await load();
  if (window.Stripe === undefined) throw new Error('Stripe.js did not load');
  return window.Stripe(publishableKey);
}
