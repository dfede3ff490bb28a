import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { asApiError, call } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import { signedOutEverywhere } from '../api/session.ts';
import type { Session } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { Moment } from '../components/moment.tsx';
import { Problem } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { Section } from './section.tsx';

export function SessionList(): JSX.Element {
  const sessions = createRemote<{ readonly items: readonly Session[] }>(() => '/api/auth/sessions');
  const [busy, setBusy] = createSignal(false);
  const act = async (work: () => Promise<void>) => {
    if (busy()) return;
    setBusy(true);
    try {
      await work();
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    setBusy(false);
  };
  const end = (id: string) =>
    act(async () => {
      await call('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`);
      confirmBriefly(texts.account.sessionEnded);
      sessions.refetch();
    });
  const endAll = () =>
    act(async () => {
      await call('DELETE', '/api/auth/sessions');
      await signedOutEverywhere();
    });
  return (
    <Section title={texts.account.sessions} hint={texts.account.sessionsHint}>
      <Show when={sessions.error()} keyed>
        {(error) => <Problem error={error} retry={sessions.refetch} />}
      </Show>
      <Switch>
        <Match when={sessions.data()}>
          {(data) => (
            <ul class="entries" data-testid="sessions">
              <For each={data().items}>
                {(session) => (
                  <li>
                    <div>
                      <strong>{session.device}</strong>
                      <p class="soft">
                        {texts.account.since} <Moment at={session.createdAt} as="dayAndTime" />
                      </p>
                    </div>
                    <Show
                      when={!session.current}
                      fallback={<span class="status good">{texts.account.thisDevice}</span>}
                    >
                      <button
                        type="button"
                        class="link-button"
                        aria-label={texts.account.endNamed(session.device)}
                        onClick={() => void end(session.id)}
                      >
                        {texts.account.end}
                      </button>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          )}
        </Match>
        <Match when={sessions.error() === null}>
          <div class="account-wait" role="status" aria-label={texts.loading} />
        </Match>
      </Switch>
      <button type="button" class="button" aria-disabled={busy()} onClick={() => void endAll()}>
        {texts.account.endAll}
      </button>
    </Section>
  );
}
