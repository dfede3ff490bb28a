import { useSearchParams } from '@solidjs/router';
import { createSignal, For, Show, type JSX } from 'solid-js';
import { call, withQuery } from '../../api/client.ts';
import { user } from '../../api/session.ts';
import type { Person } from '../../../core/services/accounts/people.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { createCursorList } from '../../components/cursor-list.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { ActionDialog } from '../forms/action-dialog.tsx';
import { createReasoned, ReasonField } from '../forms/reason.tsx';
import { FilterSelect, SelectField } from '../forms/select.tsx';
import { ListFrame } from '../list-frame.tsx';
import '../../shop/list-page.css';
import { peopleTexts as texts } from '../texts/people.ts';
import { ListTools } from './list-tools.tsx';
import './office.css';

type PersonAction = 'role' | 'disable' | 'enable' | 'end-sessions';
const ROLES = ['customer', 'ops', 'admin'] as const;
const roleOptions = ROLES.map((role) => ({ value: role, text: texts.roles[role] }));

export default function PeoplePage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ q?: string; role?: string; disabled?: string }>();
  const [changing, setChanging] = createSignal<{ person: Person; action: PersonAction } | null>(null);
  const people = createCursorList<Person>(
    (cursor) =>
      withQuery('/api/admin/users', {
        q: query.q,
        role: query.role,
        disabled: query.disabled,
        cursor: cursor ?? undefined,
      }),
    { keep: true },
  );
  return (
    <>
      <PageHead title={texts.title} under={<p class="faint">{texts.under}</p>} />
      <ListTools
        search={texts.search}
        hint={texts.searchHint}
        words={query.q}
        onWords={(q) => setQuery({ q })}
      >
        <FilterSelect
          label={texts.role}
          value={query.role ?? ''}
          options={[{ value: '', text: texts.everyRole }, ...roleOptions]}
          onChange={(role) => setQuery({ role: role === '' ? undefined : role })}
        />
        <FilterSelect
          label={texts.state}
          value={query.disabled ?? ''}
          options={[
            { value: '', text: texts.states.all },
            { value: 'false', text: texts.states.false },
            { value: 'true', text: texts.states.true },
          ]}
          onChange={(disabled) => setQuery({ disabled: disabled === '' ? undefined : disabled })}
        />
      </ListTools>
      <ListFrame list={people} empty={<Empty title={texts.noneTitle} body={texts.none} />}>
        {(items) => (
          <PeopleTable items={items()} onAction={(person, action) => setChanging({ person, action })} />
        )}
      </ListFrame>
      <Show when={changing()} keyed>
        {({ person, action }) => (
          <PersonDialog
            person={person}
            action={action}
            onClose={() => setChanging(null)}
            onDone={(changed) => people.update((each) => (each.id === changed.id ? changed : each))}
          />
        )}
      </Show>
    </>
  );
}

function PeopleTable(props: {
  readonly items: readonly Person[];
  readonly onAction: (person: Person, action: PersonAction) => void;
}): JSX.Element {
  const columns = texts.columns;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.title}>
      <table class="table" data-testid="people">
        <thead>
          <tr>
            <th scope="col">{columns.person}</th>
            <th scope="col">{columns.role}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.sessions}</th>
            <th scope="col">{columns.since}</th>
            <th scope="col">{columns.action}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(person) => <PersonRow person={person} onAction={(action) => props.onAction(person, action)} />}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function PersonRow(props: {
  readonly person: Person;
  readonly onAction: (action: PersonAction) => void;
}): JSX.Element {
  const isOn = () => props.person.disabledAt === null;
  const isOneself = () => props.person.id === user()?.id;
  const button = (action: PersonAction, text: string) => (
    <button type="button" class="button small" onClick={() => props.onAction(action)}>
      {text}
      <span class="unseen"> {props.person.email}</span>
    </button>
  );
  return (
    <tr data-email={props.person.email}>
      <td>
        {props.person.name}
        <Show when={isOneself()}>
          <> ({texts.you})</>
        </Show>
        <span class="soft">{props.person.email}</span>
      </td>
      <td>
        <span
          class="status"
          classList={{ brass: props.person.role === 'admin', wait: props.person.role === 'ops' }}
        >
          {texts.roles[props.person.role]}
        </span>
      </td>
      <td>
        <span class="status" classList={{ good: isOn(), bad: !isOn() }}>
          {isOn() ? texts.on : texts.off}
        </span>
      </td>
      <td class="figure">
        <Show when={props.person.sessions > 0}>{texts.places(props.person.sessions)}</Show>
      </td>
      <td>
        <Moment at={props.person.createdAt} as="day" />
      </td>
      <td>
        <div class="actions">
          {button('role', texts.setRole)}
          <Show when={props.person.sessions > 0}>{button('end-sessions', texts.signOut)}</Show>
          <Show when={!isOneself()}>
            <Show when={isOn()} fallback={button('enable', texts.enable)}>
              {button('disable', texts.disable)}
            </Show>
          </Show>
        </div>
      </td>
    </tr>
  );
}

function PersonDialog(props: {
  readonly person: Person;
  readonly action: PersonAction;
  readonly onClose: () => void;
  readonly onDone: (person: Person) => void;
}): JSX.Element {
  const [role, setRole] = createSignal<Person['role']>(props.person.role);
  const form = createReasoned(['role']);
  const words = (): { readonly title: string; readonly body?: string; readonly action: string } => {
    const { name } = props.person;
    switch (props.action) {
      case 'role':
        return { title: texts.roleTitle(name), action: texts.setRole };
      case 'disable':
        return { title: texts.disableTitle(name), body: texts.disableBody, action: texts.disable };
      case 'enable':
        return { title: texts.enableTitle(name), body: texts.enableBody, action: texts.enable };
      case 'end-sessions':
        return { title: texts.signOutTitle(name), body: texts.signOutBody, action: texts.signOut };
    }
  };
  const send = async () => {
    const path = `/api/admin/users/${encodeURIComponent(props.person.id)}/${props.action}`;
    const isRole = props.action === 'role';
    const body = { reason: form.reason(), ...(isRole ? { role: role() } : {}) };
    const changed = await call<Person>(isRole ? 'PUT' : 'POST', path, { body });
    confirmBriefly(texts.done);
    props.onDone(changed);
  };
  return (
    <ActionDialog
      {...words()}
      danger={props.action === 'disable'}
      submission={form.submission}
      send={send}
      onClose={props.onClose}
    >
      <Show when={props.action === 'role'}>
        <SelectField
          label={texts.role}
          name="role"
          value={role()}
          options={roleOptions}
          hint={texts.roleHints[role()]}
          error={form.submission.faults().role}
          onChange={(value) => setRole(value as Person['role'])}
        />
      </Show>
      <ReasonField {...form.field} hint={texts.reasonHint} />
    </ActionDialog>
  );
}
