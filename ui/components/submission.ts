import { createSignal } from 'solid-js';
import { asApiError, type ApiError } from '../api/client.ts';
import { focusFirstError } from './field.tsx';

export type Faults<Name extends string> = Partial<Record<Name, string>>;

/** The state of one form: what is wrong with which field, what the server refused, and whether an answer is awaited. */
export interface Submission<Name extends string> {
  readonly faults: () => Faults<Name>;
  readonly failure: () => ApiError | null;
  readonly busy: () => boolean;
  /** The field was changed: what was said of it is out of date. */
  readonly touched: (name: Name) => void;
  /** Runs `send` unless something is wrong; the server's word on a field goes under that field. */
  readonly submit: (form: HTMLFormElement | undefined, send: () => Promise<void>) => Promise<void>;
}

/** `check` says what is wrong before anything is sent; `names` are the fields that the server may name. */
export function createSubmission<Name extends string>(
  names: readonly Name[],
  check: () => Faults<Name>,
): Submission<Name> {
  const [faults, setFaults] = createSignal<Faults<Name>>({});
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const show = (found: Faults<Name>, form: HTMLFormElement | undefined): boolean => {
    setFaults(() => found);
    if (Object.keys(found).length === 0) return false;
    focusFirstError(form);
    return true;
  };
  const named = (error: ApiError): Faults<Name> => {
    const found: Faults<Name> = {};
    for (const { path, message } of error.fields) {
      const name = names.find((one) => one === path.split('.').at(-1));
      if (name !== undefined) found[name] = message;
    }
    return found;
  };
  return {
    faults,
    failure,
    busy,
    touched: (name) => {
      const rest = { ...faults() };
      Reflect.deleteProperty(rest, name);
      setFaults(() => rest);
    },
    submit: async (form, send) => {
      if (busy() || show(check(), form)) return;
      setBusy(true);
      setFailure(null);
      try {
        await send();
      } catch (thrown) {
        const error = asApiError(thrown);
        if (!show(named(error), form)) setFailure(error);
      }
      setBusy(false);
    },
  };
}
