import { For, type JSX } from 'solid-js';
import { sagaTexts } from '../texts/sagas.ts';
import { type Change, valueText } from './context-diff.ts';

const { saga: words } = sagaTexts;

/** What was, beside what is. */
export function ChangeTable(props: { readonly changes: readonly Change[] }): JSX.Element {
  return (
    <table class="diff" data-testid="diff">
      <thead class="unseen">
        <tr>
          <th scope="col">{words.knew}</th>
          <th scope="col">{words.before}</th>
          <th scope="col">{words.after}</th>
        </tr>
      </thead>
      <tbody>
        <For each={props.changes}>
          {({ path, before, after }) => (
            <tr>
              <th scope="row" class="mono">
                {path}
              </th>
              <td class="mono">
                <del>{valueText(before)}</del>
              </td>
              <td class="mono">
                <ins>{valueText(after)}</ins>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
