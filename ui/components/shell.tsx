/** What surrounds every page, and the manners of moving between pages. */
import { useLocation } from '@solidjs/router';
import {
  createEffect,
  createSignal,
  ErrorBoundary,
  on,
  onCleanup,
  onMount,
  Show,
  Suspense,
  type JSX,
} from 'solid-js';
import { asApiError } from '../api/client.ts';
import { texts } from '../texts.ts';
import { Announcer, announce, hideConfirmation } from './announcer.tsx';
import { Header } from './header.tsx';
import { Problem } from './problem.tsx';

export function Shell(props: { readonly children?: JSX.Element }): JSX.Element {
  const location = useLocation();
  const [offline, setOffline] = createSignal(!navigator.onLine);
  let main: HTMLElement | undefined;

  // A new page: the focus goes to its beginning and its name is said, as a page load would.
  createEffect(
    on(
      () => location.pathname,
      (path) => {
        hideConfirmation(path);
        main?.focus({ preventScroll: true });
        setTimeout(() => announce(document.title), 100);
      },
      { defer: true },
    ),
  );
  onMount(() => {
    const look = () => setOffline(!navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    onCleanup(() => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    });
  });

  return (
    <div class="shell">
      <a class="skip" href="#main" rel="external" onClick={() => main?.focus()}>
        {texts.skip}
      </a>
      <Header />
      <div role="status">
        <Show when={offline()}>
          <div class="offline" data-testid="offline">
            {texts.offline}
          </div>
        </Show>
      </div>
      <main id="main" tabIndex={-1} ref={(element) => (main = element)}>
        <div class="wrap">
          <ErrorBoundary
            fallback={(error: unknown, reset) => {
              // A page's code that did not load (a deploy, a lost connection): loading anew is the cure.
              createEffect(on(() => location.pathname, reset, { defer: true }));
              return <Problem error={asApiError(error)} retry={() => window.location.reload()} />;
            }}
          >
            <Suspense>{props.children}</Suspense>
          </ErrorBoundary>
        </div>
      </main>
      <footer class="foot">
        <div class="wrap">{texts.footer}</div>
      </footer>
      <Announcer />
    </div>
  );
}
