import { useLocation, useNavigate } from '@solidjs/router';
import ListChecks from 'lucide-solid/icons/list-checks';
import LogOut from 'lucide-solid/icons/log-out';
import MessageSquare from 'lucide-solid/icons/message-square';
import Package from 'lucide-solid/icons/package';
import Settings from 'lucide-solid/icons/settings';
import UserRound from 'lucide-solid/icons/user-round';
import { createEffect, createSignal, on, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { asApiError } from '../api/client.ts';
import { signOut, user } from '../api/session.ts';
import { texts } from '../texts.ts';
import { confirmBriefly } from './announcer.tsx';

/** What a signed-in person can go to. A disclosure of plain links: no menu roles to get wrong. */
export function AccountMenu(): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const location = useLocation();
  const navigate = useNavigate();
  let root: HTMLDivElement | undefined;
  let button: HTMLButtonElement | undefined;

  createEffect(
    on(
      () => location.pathname,
      () => setOpen(false),
      { defer: true },
    ),
  );
  onMount(() => {
    const outside = (event: Event) => {
      if (event.target instanceof Node && root?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    onCleanup(() => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    });
  });
  const leave = async () => {
    try {
      await signOut();
      navigate('/');
    } catch (error) {
      confirmBriefly(asApiError(error).message || texts.problem.unanswered);
    }
  };

  return (
    <div
      class="menu"
      ref={(element) => (root = element)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open()) return;
        setOpen(false);
        button?.focus();
      }}
    >
      <button
        ref={(element) => (button = element)}
        type="button"
        class="icon-button"
        aria-label={texts.nav.account}
        aria-expanded={open()}
        onClick={() => setOpen(!open())}
      >
        <UserRound size={20} strokeWidth={1.75} aria-hidden="true" />
      </button>
      <Show when={open()}>
        <div class="menu-list">
          <div class="who">
            <strong>{user()?.name}</strong>
            <div class="faint">{user()?.email}</div>
          </div>
          <a class="narrow" href="/orders">
            <Package size={16} aria-hidden="true" />
            {texts.nav.orders}
          </a>
          <a href="/account">
            <Settings size={16} aria-hidden="true" />
            {texts.nav.settings}
          </a>
          <a href="/notifications">
            <MessageSquare size={16} aria-hidden="true" />
            {texts.nav.notifications}
          </a>
          <Show when={user()?.role === 'admin' || user()?.role === 'ops'}>
            <a href="/admin">
              <ListChecks size={16} aria-hidden="true" />
              {texts.nav.admin}
            </a>
          </Show>
          <button type="button" onClick={() => void leave()}>
            <LogOut size={16} aria-hidden="true" />
            {texts.nav.signOut}
          </button>
        </div>
      </Show>
    </div>
  );
}
