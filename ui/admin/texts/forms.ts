/** Words of the control room's forms and dialogs, whatever they are about. */
export const formTexts = {
  reason: 'Reason',
  required: 'Say why in a few words.',
  tooLong: 'Must have at most 500 characters.',
  cancel: 'Not now',
  more: 'Show more',
};
