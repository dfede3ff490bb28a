import { OrreryError } from '../../kernel/errors.ts';
import type { Address } from '../../messages/shapes.ts';

/** Addresses that one user keeps. */
export const ADDRESSES_MAX = 20;

export interface AddressEntry extends Address {
  readonly id: string;
  /** "Home", "Office": what its owner calls it. */
  readonly label?: string;
  /** Where parcels go unless another one is chosen. */
  readonly isDefault: boolean;
}

export type AddressDraft = Omit<AddressEntry, 'id'>;

/** The addresses a user keeps: at most ADDRESSES_MAX, and exactly one of them is the default, when there is any. */
export interface Addresses {
  /** The default first, then the newest. */
  list(userId: string): Promise<readonly AddressEntry[]>;
  /** The first one becomes the default, wished or not. Rejects with OrreryError `address_book_full`. */
  add(userId: string, draft: AddressDraft): Promise<AddressEntry>;
  /** The default stays it until another one is made so. Rejects with OrreryError `unknown_address`. */
  replace(userId: string, addressId: string, draft: AddressDraft): Promise<AddressEntry>;
  /** The newest takes the place of a default that goes. Rejects with OrreryError `unknown_address`. */
  remove(userId: string, addressId: string): Promise<void>;
}

/** What is to be written: at most one entry put and one removed, and which of those left is the default. */
export interface AddressChange {
  readonly put?: AddressEntry;
  readonly removed?: string;
  /** Null: none is left. */
  readonly defaultId: string | null;
}

export interface AddressStore {
  /** The newest first. */
  list(userId: string): Promise<readonly AddressEntry[]>;
  /**
   * Decides on what is stored, the newest first, and writes what was decided; two changes of one user come one after
   * the other. Resolves with what is durable now. What `decide` throws is passed on, nothing written. Rejects with
   * OrreryError `unknown_user`.
   */
  change<Change extends AddressChange>(
    userId: string,
    decide: (entries: readonly AddressEntry[]) => Change,
  ): Promise<Change>;
}

export class AddressBook implements Addresses {
  readonly #store: AddressStore;
  readonly #newId: () => string;

  constructor(store: AddressStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
  }

  async list(userId: string): Promise<readonly AddressEntry[]> {
    const entries = await this.#store.list(userId);
    return [...entries].sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
  }

  async add(userId: string, draft: AddressDraft): Promise<AddressEntry> {
    const wished = { ...draft, id: this.#newId() };
    return (await this.#store.change(userId, (entries) => addAddress(entries, wished))).put;
  }

  async replace(userId: string, addressId: string, draft: AddressDraft): Promise<AddressEntry> {
    const wished = { ...draft, id: addressId };
    return (await this.#store.change(userId, (entries) => replaceAddress(entries, wished))).put;
  }

  async remove(userId: string, addressId: string): Promise<void> {
    await this.#store.change(userId, (entries) => removeAddress(entries, addressId));
  }
}

type Put = AddressChange & { readonly put: AddressEntry };

/** Pure, as are the two below. */
export function addAddress(entries: readonly AddressEntry[], wished: AddressEntry): Put {
  if (entries.length >= ADDRESSES_MAX) {
    throw new OrreryError('address_book_full', `at most ${String(ADDRESSES_MAX)} addresses are kept`);
  }
  return putEntry(wished, entries.find(({ isDefault }) => isDefault)?.id);
}

export function replaceAddress(entries: readonly AddressEntry[], wished: AddressEntry): Put {
  requireEntry(entries, wished.id);
  return putEntry(wished, entries.find(({ isDefault }) => isDefault)?.id);
}

export function removeAddress(entries: readonly AddressEntry[], addressId: string): AddressChange {
  requireEntry(entries, addressId);
  const left = entries.filter(({ id }) => id !== addressId);
  const heir = left.find(({ isDefault }) => isDefault) ?? left[0];
  return { removed: addressId, defaultId: heir?.id ?? null };
}

function putEntry(wished: AddressEntry, defaultId: string | undefined): Put {
  const next = wished.isDefault ? wished.id : (defaultId ?? wished.id);
  return { put: { ...wished, isDefault: next === wished.id }, defaultId: next };
}

function requireEntry(entries: readonly AddressEntry[], addressId: string): void {
  if (entries.some(({ id }) => id === addressId)) return;
  throw new OrreryError('unknown_address', 'you keep no such address');
}
