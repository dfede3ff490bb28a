/**
 * Notifications of the browser, for people who look at another tab meanwhile.
 *
 * Owns: the permission, whether this browser wants them, and that they come only while the page is hidden.
 * Does not own: what is worth telling.
 * N1: permission is asked for on a click only, and never again once it was refused or waved away.
 */
import { createSignal } from 'solid-js';

const STORAGE_KEY = 'orrery.notify';
type Choice = 'on' | 'off' | 'refused';

function kept(): Choice {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return value === 'on' || value === 'refused' ? value : 'off';
  } catch {
    return 'off';
  }
}

function permission(): NotificationPermission {
  return 'Notification' in window ? Notification.permission : 'denied';
}

const [choice, setChoice] = createSignal<Choice>(kept());

function choose(next: Choice): void {
  setChoice(next);
  try {
    if (next === 'off') localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}

/** Whether there is anything to offer: not where the browser has none, or people have said no. */
export function canNotify(): boolean {
  const said = choice();
  return permission() === 'granted' || (permission() === 'default' && said !== 'refused');
}

export function isNotifying(): boolean {
  return choice() === 'on' && permission() === 'granted';
}

/** Turns them on, asking for permission if nobody has yet; resolves with whether they are on. */
export async function startNotifying(): Promise<boolean> {
  const answer = permission() === 'default' ? await Notification.requestPermission() : permission();
  choose(answer === 'granted' ? 'on' : 'refused');
  return answer === 'granted';
}

export function stopNotifying(): void {
  choose('off');
}

/** Tells it if it is wanted and nobody is looking; a later one with the same tag takes its place. */
export function notifyIfHidden(title: string, body: string, tag: string): void {
  if (!isNotifying() || document.visibilityState !== 'hidden') return;
  try {
    const notification = new Notification(title, { body, tag, icon: '/favicon.svg' });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    // Phones allow them to service workers only: then this browser cannot be told.
    choose('refused');
  }
}
