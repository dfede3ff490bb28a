import { createSignal, Show, type JSX } from 'solid-js';
import { ApiError, asApiError, call } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { ProductArt } from '../../components/product-art.tsx';
import { Problem } from '../../components/problem.tsx';
import { productTexts as texts } from '../texts/products.ts';
import type { KeptProduct } from './product-types.ts';

const PICTURE_BYTES_MAX = 1024 * 1024;
const TYPES = ['image/png', 'image/jpeg', 'image/webp'];

/** The picture that is uploaded, or the one that is drawn. */
export function PictureSection(props: {
  readonly product: KeptProduct;
  readonly onChanged: () => void;
}): JSX.Element {
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const path = () => `/api/admin/products/${encodeURIComponent(props.product.id)}/picture`;
  const act = async (ask: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(null);
    try {
      await ask();
      confirmBriefly(texts.pictureSet);
      props.onChanged();
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    setBusy(false);
  };
  const upload = (file: File) =>
    act(() => {
      if (file.size > PICTURE_BYTES_MAX) throw new ApiError(413, { detail: texts.tooLarge }, null);
      const type = TYPES.includes(file.type) ? file.type : 'image/png';
      return call('PUT', path(), { file, headers: { 'content-type': type } });
    });
  return (
    <section class="card" aria-labelledby="product-picture">
      <h2 id="product-picture">{texts.picture}</h2>
      <p class="faint">{texts.pictureUnder}</p>
      {/* What did not load before may load now. */}
      <Show when={props.product.imageUrl} keyed>
        {(_address) => <ProductArt product={props.product} eager />}
      </Show>
      <div class="office-tools">
        <label class="button" aria-disabled={busy()}>
          {texts.upload}
          <input
            type="file"
            class="unseen"
            accept={TYPES.join(',')}
            disabled={busy()}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              if (file !== undefined) void upload(file);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <Show when={props.product.pictured}>
          <button
            type="button"
            class="button"
            aria-disabled={busy()}
            onClick={() => void act(() => call('DELETE', path()))}
          >
            {texts.drawn}
          </button>
        </Show>
      </div>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
    </section>
  );
}
