import type { JSX } from 'solid-js';
import { Empty } from '../components/empty.tsx';
import { useTitle } from '../components/page.tsx';
import { texts } from '../texts.ts';

export default function NotFoundPage(): JSX.Element {
  useTitle(() => texts.notFound.title);
  return (
    <Empty heading="h1" title={texts.notFound.title} body={texts.notFound.body}>
      <a class="button" href="/">
        {texts.notFound.back}
      </a>
    </Empty>
  );
}
