import Download from 'lucide-solid/icons/download';
import { createSignal, Show, type JSX } from 'solid-js';
import { asApiError, call, withQuery } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { texts } from '../../texts.ts';
import { consoleTexts } from '../texts/console.ts';
import { filterBody, filterIn, type ConsoleQuery } from './query.ts';

/** As many as the API takes apart at once. */
const DOWNLOAD_MAX = 10_000;

/** A download at once where the orders are few, else a job. */
export function ExportButton(props: { readonly query: ConsoleQuery; readonly count: string }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const few = () => !props.count.endsWith('+') && Number(props.count.replaceAll(',', '')) <= DOWNLOAD_MAX;
  const start = async () => {
    setBusy(true);
    try {
      const { jobId } = await call<{ readonly jobId: string }>('POST', '/api/admin/orders/export', {
        body: { filter: filterBody(props.query) },
      });
      confirmBriefly(consoleTexts.exportStarted, {
        href: `/admin/jobs/${jobId}`,
        text: consoleTexts.bulk.toJob,
      });
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    setBusy(false);
  };
  return (
    <Show
      when={few()}
      fallback={
        <button type="button" class="button small" aria-disabled={busy()} onClick={() => void start()}>
          <Download size={15} aria-hidden="true" /> {consoleTexts.export}
        </button>
      }
    >
      <a
        class="button small"
        href={withQuery('/api/admin/orders/export', filterIn(props.query))}
        download="orders.csv"
        rel="external"
      >
        <Download size={15} aria-hidden="true" /> {consoleTexts.export}
      </a>
    </Show>
  );
}
