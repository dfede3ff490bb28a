import type { JSX } from 'solid-js';

/** The mark: a sun, two orbits, two planets. Decoration; name things beside it. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <circle class="orbit" cx="16" cy="16" r="13.2" stroke-width="1.5" />
      <circle class="orbit" cx="16" cy="16" r="7.6" stroke-width="1.5" />
      <circle class="sun" cx="16" cy="16" r="3.1" />
      <circle class="planet outer" cx="25.33" cy="6.67" r="2.7" />
      <circle class="planet inner" cx="9.42" cy="19.8" r="2.1" />
    </svg>
  );
}

/** The mark drawn thin and large, for states with nothing else to show. */
export function QuietOrrery(): JSX.Element {
  return (
    <svg class="orrery" viewBox="0 0 96 96" fill="none" stroke="currentColor" aria-hidden="true">
      <circle cx="48" cy="48" r="46" stroke-dasharray="2 5" />
      <circle cx="48" cy="48" r="32" />
      <circle cx="48" cy="48" r="18" />
      <circle cx="48" cy="48" r="5" fill="currentColor" stroke="none" />
      <circle cx="70.6" cy="25.4" r="4" fill="currentColor" stroke="none" />
      <circle cx="33" cy="58" r="2.75" fill="currentColor" stroke="none" />
    </svg>
  );
}
