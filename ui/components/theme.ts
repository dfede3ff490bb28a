import { createSignal } from 'solid-js';

export type Theme = 'light' | 'dark';
const STORAGE_KEY = 'orrery.theme';

const preference = window.matchMedia('(prefers-color-scheme: dark)');
const chosen = (): Theme | undefined => {
  const value = document.documentElement.dataset['theme'];
  return value === 'light' || value === 'dark' ? value : undefined;
};
const now = (): Theme => chosen() ?? (preference.matches ? 'dark' : 'light');

const [theme, setTheme] = createSignal<Theme>(now());
export { theme };
preference.addEventListener('change', () => setTheme(now()));

/** Switches to the other theme; one that equals the system's is not kept, so that it follows the system again. */
export function toggleTheme(): void {
  const next: Theme = now() === 'dark' ? 'light' : 'dark';
  const system: Theme = preference.matches ? 'dark' : 'light';
  try {
    if (next === system) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  if (next === system) delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  setTheme(next);
}
