import { createSignal, For, type JSX } from 'solid-js';
import { call } from '../../api/client.ts';
import type { Category } from '../../api/types.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Refusal } from '../../components/form.tsx';
import { createSubmission } from '../../components/submission.ts';
import { productTexts as texts } from '../texts/products.ts';

/** Names of categories: new ones, and other ones for those there are. */
export function CategoriesDialog(props: {
  readonly categories: readonly Category[];
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): JSX.Element {
  const changed = () => {
    confirmBriefly(texts.categorySaved);
    props.onChanged();
  };
  return (
    <Dialog title={texts.categoriesTitle} onClose={props.onClose}>
      <NameLine
        label={texts.newCategory}
        action={texts.addCategory}
        value=""
        send={(name) => call('POST', '/api/admin/products/categories', { body: { name } })}
        onSaved={changed}
      />
      <div class="category-lines">
        <For each={props.categories}>
          {({ id, name }) => (
            <NameLine
              label={texts.renameOf(name)}
              action={texts.rename}
              value={name}
              send={(next) =>
                call('PATCH', `/api/admin/products/categories/${encodeURIComponent(id)}`, {
                  body: { name: next },
                })
              }
              onSaved={changed}
            />
          )}
        </For>
      </div>
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

function NameLine(props: {
  readonly label: string;
  readonly action: string;
  readonly value: string;
  readonly send: (name: string) => Promise<unknown>;
  readonly onSaved: () => void;
}): JSX.Element {
  const [name, setName] = createSignal(props.value);
  const submission = createSubmission(['name'], () => (name().trim() === '' ? { name: texts.required } : {}));
  const send = async () => {
    await props.send(name().trim());
    if (props.value === '') setName('');
    props.onSaved();
  };
  return (
    <div>
      <div class="category-line">
        <Field
          label={props.label}
          name="name"
          value={name()}
          error={submission.faults().name}
          onInput={(value) => {
            setName(value);
            submission.touched('name');
          }}
        />
        <button
          type="button"
          class="button"
          aria-disabled={submission.busy()}
          onClick={() => void submission.submit(undefined, send)}
        >
          {props.action}
        </button>
      </div>
      <Refusal submission={submission} />
    </div>
  );
}
