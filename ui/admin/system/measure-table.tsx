import { For, Index, Show, type JSX } from 'solid-js';

export interface Column<Row> {
  readonly title: string;
  readonly hint?: string;
  readonly of: (row: Row) => JSX.Element;
  /** Figures stand right, under each other. */
  readonly figure?: boolean;
  readonly alarm?: (row: Row) => boolean;
}

/** A table of measured things. Rows keep their elements while their numbers change, so nothing jumps or loses the focus. */
export function MeasureTable<Row>(props: {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty?: string;
  readonly note?: JSX.Element;
  readonly children?: JSX.Element;
}): JSX.Element {
  return (
    <section class="measures" id={props.id} aria-labelledby={`${props.id}-title`}>
      <header>
        <h2 id={`${props.id}-title`}>{props.title}</h2>
        {props.children}
      </header>
      <Show when={props.rows.length > 0} fallback={<p class="faint">{props.empty}</p>}>
        <div class="table-frame" tabIndex={0} role="region" aria-label={props.title}>
          <table class="table">
            <thead>
              <tr>
                <For each={props.columns}>
                  {(column) => (
                    <th scope="col" classList={{ amount: column.figure === true }} title={column.hint}>
                      {column.title}
                    </th>
                  )}
                </For>
              </tr>
            </thead>
            <tbody>
              <Index each={props.rows}>
                {(row) => (
                  <tr>
                    <For each={props.columns}>
                      {(column) => (
                        <td
                          classList={{
                            amount: column.figure === true,
                            alarm: column.alarm?.(row()) ?? false,
                          }}
                        >
                          {column.of(row())}
                        </td>
                      )}
                    </For>
                  </tr>
                )}
              </Index>
            </tbody>
          </table>
        </div>
      </Show>
      {props.note}
    </section>
  );
}
