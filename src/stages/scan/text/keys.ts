import type { Sureness } from './spell.ts';

const ofImages = /image|container(?!d|files?|_service)|(?:^|[_.-])img(?:$|[\d_.-])|[a-z]Img$/i;
const ofSomethingElse =
  /(?:tag|version|digest|policy|size|type|id|format|count|path|file|url|dir|secret|name|port|registry|label|layer|annotation)s?$/i;
const ofItsHost = /(?:^|[_.-])(?:conf|sock|socket|root|host|env|arg|opt|option|engine|cmd|command)s?$/i;
// After `IMAGE_` these are as often names of services: `IMAGE_CACHE=redis:7.2`.
const ofItsUse = /[_.-](?:cache|user|config|log|state)s?$/i;

/** Whether a key, a variable or an argument is named after the image that it holds. */
export function isImageKey(key: string): boolean {
  return ofImages.test(key) && (/image[._-]?names?$/i.test(key) || !isOfSomethingElse(key));
}

function isOfSomethingElse(key: string): boolean {
  if (ofSomethingElse.test(key) || ofItsHost.test(key)) return true;
  return ofItsUse.test(key) && !/^(?:image|img)/i.test(key);
}

/** A key that speaks of an image may hold a short name; any other has to hold a full one. */
export function sureOfKey(key: string): Sureness {
  return isImageKey(key) ? 'likely' : 'full';
}

/** The same for arguments of a build, where `BASE` and `FROM` speak of images as well. */
export function sureOfArgument(key: string): Sureness {
  const isBase = /^(?:base|from|parent|builder|runtime)$|(?:^|_)(?:base|from)(?:$|_)/i.test(key);
  return isImageKey(key) || (isBase && !isOfSomethingElse(key)) ? 'likely' : 'full';
}
