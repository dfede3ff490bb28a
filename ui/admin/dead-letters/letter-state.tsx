import type { JSX } from 'solid-js';
import type { LetterState } from '../../../core/services/dead-letters/ports.ts';
import { letterTexts as words } from '../texts/dead-letters.ts';

const TONE: Readonly<Record<LetterState, string>> = {
  waiting: 'bad',
  replaying: 'wait',
  replayed: 'good',
  discarded: '',
};

export function LetterStateBadge(props: { readonly state: LetterState }): JSX.Element {
  return (
    <span class={`status ${TONE[props.state]}`} data-state={props.state}>
      {words.states[props.state]}
    </span>
  );
}
