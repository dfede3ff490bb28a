/** What surrounds every page of the control room: who may enter, and the way between its areas. */
import { useLocation } from '@solidjs/router';
import { For, Show, type JSX } from 'solid-js';
import { user } from '../api/session.ts';
import { Empty } from '../components/empty.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { texts } from '../texts.ts';
import { AREA_GROUPS, type Area } from './areas.ts';
import { Assistant } from './assistant/assistant.tsx';
import { areas } from './texts/areas.ts';
import './control-room.css';

export default function ControlRoom(props: { readonly children?: JSX.Element }): JSX.Element {
  return (
    <SignedIn>
      <Show when={mayEnter()} fallback={<NotForYou />}>
        <div class="control-room">
          <AreaList />
          <Show when={user()?.role === 'admin'}>
            <Assistant />
          </Show>
          <div class="control-room-page">
            <Show when={mayEnterHere()} fallback={<NotForYou />}>
              {props.children}
            </Show>
          </div>
        </div>
      </Show>
    </SignedIn>
  );
}

function mayEnter(): boolean {
  const role = user()?.role;
  return role === 'admin' || role === 'ops';
}

function isOpen(area: Area): boolean {
  return user()?.role === 'admin' || area.role === 'ops';
}

/** Pages below an area belong to it; the server has the last word on what they show. */
function mayEnterHere(): boolean {
  const { pathname } = useLocation();
  const here = AREA_GROUPS.flatMap((group) => group.areas).find((area) => pathname.startsWith(area.path));
  return here === undefined || isOpen(here);
}

function NotForYou(): JSX.Element {
  return (
    <Empty heading="h1" title={texts.notFound.title} body={texts.problem.forbidden}>
      <a class="button" href="/">
        {texts.notFound.back}
      </a>
    </Empty>
  );
}

function AreaList(): JSX.Element {
  const location = useLocation();
  const current = (path: string) => (location.pathname.startsWith(path) ? 'page' : undefined);
  return (
    <nav class="areas" aria-label={areas.label}>
      <For each={AREA_GROUPS}>
        {(group) => (
          <Show when={group.areas.some(isOpen)}>
            <div class="area-group">
              <p class="area-title" aria-hidden="true">
                {group.title}
              </p>
              <ul aria-label={group.title}>
                <For each={group.areas.filter(isOpen)}>
                  {(area) => (
                    <li>
                      <a href={area.path} aria-current={current(area.path)}>
                        <area.icon size={16} aria-hidden="true" />
                        <span>{area.title}</span>
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </div>
          </Show>
        )}
      </For>
    </nav>
  );
}
