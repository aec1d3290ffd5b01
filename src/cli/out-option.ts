/** The option of all commands that make a bundle of images that exist. */
export const outOption = {
  long: '--out',
  value: 'DIR|FILE.tar',
  description: 'Where the bundle is to be: a new folder, or an archive whose name ends in .tar.',
  required: true,
} as const;
