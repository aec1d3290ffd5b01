import { digestOf } from '../../../src/model/digest.ts';
import { mediaTypes } from '../../../src/model/media-type.ts';
import { answer } from '../../support/fault-server.ts';
import {
  headManifest,
  patchBlob,
  putBlob,
  putManifest,
  putTag,
  startUpload,
  type Attack,
  type HostileCase,
} from '../hostile-case.ts';

const push = (
  name: string,
  on: RegExp,
  does: (attack: Attack) => unknown,
  code: HostileCase['code'],
): HostileCase => ({ name, work: 'push', on, does, code });

const wanting = (size: string): HostileCase =>
  push(
    `wants pieces of ${size} bytes`,
    startUpload,
    ({ response, request }) =>
      answer(response, 202, { location: `${request.url}1`, 'oci-chunk-min-length': size }),
    'registry-refused',
  );

/** A registry that takes what it gets, or says so. */
export const takingCases: readonly HostileCase[] = [
  push(
    'says that each blob is there, with another size',
    /^HEAD .*\/blobs\//,
    ({ response }) => {
      response.writeHead(200, { 'content-length': '7' });
      response.end();
    },
    'content-mismatch',
  ),
  push(
    'starts an upload and does not say where',
    startUpload,
    ({ response }) => answer(response, 202),
    'registry-refused',
  ),
  push('does not start an upload', startUpload, ({ response }) => answer(response, 404), 'registry-refused'),
  push('forgets each upload', putBlob, ({ response }) => answer(response, 404), 'registry-refused'),
  push(
    'does not like the digest',
    putBlob,
    ({ response }) => answer(response, 400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}'),
    'content-mismatch',
  ),
  wanting('999999999999'),
  wanting('-1'),
  wanting('many'),
  wanting('Infinity'),
  {
    ...push('refuses each piece', patchBlob, ({ response }) => answer(response, 416), 'registry-refused'),
    work: 'push in pieces',
  },
  {
    ...push(
      'has more than was sent',
      patchBlob,
      ({ response, request }) =>
        request.method === 'PATCH' ? answer(response, 500) : answer(response, 204, { range: '0-999999999' }),
      'registry-unavailable',
    ),
    work: 'push in pieces',
  },
  push(
    'stores another manifest than it got',
    putManifest,
    ({ response }) => answer(response, 201, { 'docker-content-digest': digestOf('x') }),
    'content-mismatch',
  ),
  push(
    'takes a manifest and does not have it',
    putManifest,
    ({ response }) => answer(response, 201),
    'registry-unavailable',
  ),
  push(
    'takes a tag and leaves it where it was',
    putTag,
    ({ response }) => answer(response, 201),
    'registry-unavailable',
  ),
  push(
    'takes a tag and puts it elsewhere',
    /(?:PUT|HEAD) .*\/manifests\/v2$/,
    ({ response, request }) =>
      request.method === 'PUT'
        ? answer(response, 201)
        : answer(response, 200, {
            'content-type': mediaTypes.ociManifest,
            'docker-content-digest': digestOf('y'),
            'content-length': '0',
          }),
    'content-mismatch',
  ),
  push(
    'misses a blob that it took',
    putManifest,
    ({ response }) => answer(response, 400, {}, '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}'),
    'blob-missing',
  ),
  push(
    'finds each manifest wrong',
    putManifest,
    ({ response }) => answer(response, 400, {}, '{"errors":[{"code":"MANIFEST_INVALID"}]}'),
    'registry-refused',
  ),
  {
    ...push(
      'does not delete',
      /^DELETE /,
      ({ response }) => answer(response, 405, {}, '{"errors":[{"code":"UNSUPPORTED"}]}'),
      'registry-refused',
    ),
    work: 'delete',
  },
  {
    ...push(
      'takes a name away and keeps it',
      /^DELETE /,
      ({ response }) => answer(response, 202),
      'registry-refused',
    ),
    work: 'delete',
  },
  {
    ...push(
      'stumbles over each look before a deletion',
      headManifest,
      ({ response }) => answer(response, 503),
      'registry-unavailable',
    ),
    work: 'delete',
  },
];
