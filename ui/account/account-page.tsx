import type { JSX } from 'solid-js';
import { PageHead } from '../components/page.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { texts } from '../texts.ts';
import { AddressBook } from './address-book.tsx';
import { CloseAccount } from './close-account.tsx';
import { PasswordForm, ProfileForm } from './profile-forms.tsx';
import { SessionList } from './session-list.tsx';
import '../shop/form.css';
import './account-page.css';

export default function AccountPage(): JSX.Element {
  return (
    <div class="account-page">
      <PageHead title={texts.account.title} />
      <SignedIn meanwhile={<div class="account-wait" role="status" aria-label={texts.loading} />}>
        <ProfileForm />
        <AddressBook />
        <PasswordForm />
        <SessionList />
        <CloseAccount />
      </SignedIn>
    </div>
  );
}
