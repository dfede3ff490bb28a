import Minus from 'lucide-solid/icons/minus';
import Plus from 'lucide-solid/icons/plus';
import type { JSX } from 'solid-js';
import { texts } from '../texts.ts';

/** One to 999 pieces, or as many as there are. */
export function Quantity(props: {
  readonly value: number;
  readonly max: number;
  readonly of: string;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  return (
    <div class="stepper" role="group" aria-label={`${texts.product.quantity}, ${props.of}`}>
      <button
        type="button"
        aria-label={texts.product.fewer}
        disabled={props.value <= 1}
        onClick={() => props.onChange(props.value - 1)}
      >
        <Minus size={16} aria-hidden="true" />
      </button>
      <output aria-live="polite">{props.value}</output>
      <button
        type="button"
        aria-label={texts.product.more}
        disabled={props.value >= props.max}
        onClick={() => props.onChange(props.value + 1)}
      >
        <Plus size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
