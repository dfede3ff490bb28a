/** What other services know about a person. */
export interface PersonalData {
  /**
   * Called before an account is closed. Resolves once what names the person is gone for good; a repeat is no error,
   * because a closing that failed halfway is done again from the start, and one that did not is repeated for a day.
   */
  forget(userId: string): Promise<void>;
}

/** One service after the other, so that a failure is the failure of one of them. */
export function personalDataOf(forgetters: readonly ((userId: string) => Promise<void>)[]): PersonalData {
  return {
    forget: async (userId) => {
      for (const forget of forgetters) await forget(userId);
    },
  };
}
