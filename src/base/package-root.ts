import path from 'node:path';

/** The folder of the program's package.json: of the checkout, or of what was published. */
export const packageRoot = path.join(import.meta.dirname, '../..');
