import Mail from 'lucide-solid/icons/mail';
import MessageSquare from 'lucide-solid/icons/message-square';
import { For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import type { NotificationView } from '../api/types.ts';
import { createCursorList } from '../components/cursor-list.ts';
import { Empty } from '../components/empty.tsx';
import { Moment } from '../components/moment.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { texts } from '../texts.ts';
import { ListSkeleton } from './orders-page.tsx';
import './list-page.css';

const PAGE_LETTERS = 30;

export default function NotificationsPage(): JSX.Element {
  return (
    <>
      <PageHead title={texts.notifications.title} under={<p class="soft">{texts.notifications.intro}</p>} />
      <SignedIn meanwhile={<ListSkeleton />}>
        <Letters />
      </SignedIn>
    </>
  );
}

function Letters(): JSX.Element {
  const letters = createCursorList<NotificationView>((before) =>
    withQuery('/api/notifications', { limit: PAGE_LETTERS, before: before ?? undefined }),
  );
  return (
    <>
      <Switch>
        <Match when={letters.items()?.length === 0}>
          <Empty title={texts.notifications.emptyTitle} body={texts.notifications.empty} />
        </Match>
        <Match when={letters.items()}>
          {(items) => (
            <ul class="letters" data-testid="notifications">
              <For each={items()}>{(letter) => <Letter letter={letter} />}</For>
            </ul>
          )}
        </Match>
        <Match when={letters.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={letters.error()} keyed>
        {(error) => (
          <Problem error={error} retry={letters.items() === undefined ? letters.restart : letters.more} />
        )}
      </Show>
      <Show when={letters.next() !== null}>
        <div class="more">
          <button type="button" class="button" aria-disabled={letters.loading()} onClick={letters.more}>
            {texts.notifications.older}
          </button>
        </div>
      </Show>
    </>
  );
}

function Letter(props: { readonly letter: NotificationView }): JSX.Element {
  const isMail = () => props.letter.channel === 'email';
  return (
    <li class="letter">
      <Show when={isMail()} fallback={<MessageSquare size={19} strokeWidth={1.75} aria-hidden="true" />}>
        <Mail size={19} strokeWidth={1.75} aria-hidden="true" />
      </Show>
      <div>
        <h2>{props.letter.subject}</h2>
        <p class="body">{props.letter.text}</p>
        <p class="faint">
          {isMail() ? texts.notifications.email : texts.notifications.sms}{' '}
          {texts.notifications.to(props.letter.recipient)}
          <Show when={props.letter.status === 'failed'}> · {texts.notifications.failed}</Show>
          <Show when={props.letter.orderId}>
            {(id) => (
              <>
                {' · '}
                <a href={`/orders/${encodeURIComponent(id())}`}>{texts.notifications.order}</a>
              </>
            )}
          </Show>
        </p>
      </div>
      <span class="faint">
        <Moment at={props.letter.createdAt} as="dayAndTime" />
      </span>
    </li>
  );
}
