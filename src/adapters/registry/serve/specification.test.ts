import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { ask, codeOf, entriesOf, type HttpAnswer } from '../../../../test/support/http-words.ts';
import {
  freshBlob,
  sampleArtifact,
  sampleImage,
  type SampleBlob,
  type SampleImage,
} from '../../../../test/support/sample-images.ts';
import { sharedServedRegistry } from '../../../../test/support/served-registry.ts';
import { digestHex, digestOf } from '../../../model/digest.ts';
import { descriptorOf } from '../../../model/manifest.ts';
import { mediaTypes } from '../../../model/media-type.ts';

const shared = sharedServedRegistry();
let made = 0;

function freshName(): string {
  made += 1;
  return `spec/case-${made}`;
}

async function asks(words: string, options: Parameters<typeof ask>[2] = {}): Promise<HttpAnswer> {
  return ask((await shared()).host, words, options);
}

async function push(name: string, { bytes, descriptor }: SampleBlob): Promise<void> {
  const { status } = await asks(`POST /v2/${name}/blobs/uploads/?digest=${descriptor.digest}`, {
    body: bytes,
  });
  assert.equal(status, 201);
}

async function pushImage(name: string, image: SampleImage, selector: string): Promise<HttpAnswer> {
  for (const blob of [image.config, ...image.layers]) await push(name, blob);
  return putManifest(name, image, selector);
}

function putManifest(name: string, { manifest }: SampleImage, selector: string): Promise<HttpAnswer> {
  const headers = { 'content-type': manifest.mediaType };
  return asks(`PUT /v2/${name}/manifests/${selector}`, { body: manifest.bytes, headers });
}

async function begin(name: string): Promise<string> {
  const { status, headers } = await asks(`POST /v2/${name}/blobs/uploads/`);
  assert.equal(status, 202);
  assert.ok(typeof headers['location'] === 'string');
  return headers['location'];
}

const nobody = `sha256:${'0'.repeat(64)}`;

test('end-1: the base says that the specification is implemented', async () => {
  assert.equal((await asks('GET /v2/')).status, 200);
});

test('“Pulling blobs”: whole and in part, with length and digest, and nothing beyond the end', async () => {
  const name = freshName();
  const blob = freshBlob(5000);
  await push(name, blob);
  const url = `/v2/${name}/blobs/${blob.descriptor.digest}`;
  const whole = await asks(`GET ${url}`);
  assert.deepEqual(whole.body, blob.bytes);
  const head = await asks(`HEAD ${url}`);
  for (const { status, headers } of [whole, head]) {
    assert.equal(status, 200);
    assert.equal(headers['content-length'], '5000');
    assert.equal(headers['docker-content-digest'], blob.descriptor.digest);
    assert.equal(headers['accept-ranges'], 'bytes');
  }
  for (const [range, first, last] of [
    ['bytes=0-0', 0, 0],
    ['bytes=4000-', 4000, 4999],
    ['bytes=-10', 4990, 4999],
    ['bytes=-9999', 0, 4999],
    ['bytes=100-9999', 100, 4999],
  ] as const) {
    const part = await asks(`GET ${url}`, { headers: { range } });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers['content-range'], `bytes ${first}-${last}/5000`);
    assert.deepEqual(part.body, blob.bytes.subarray(first, last + 1), range);
  }
  for (const range of ['bytes=5000-', 'bytes=7-3', 'bytes=-0']) {
    const none = await asks(`GET ${url}`, { headers: { range } });
    assert.equal(none.status, 416, range);
    assert.equal(none.headers['content-range'], 'bytes */5000');
  }
  for (const range of ['bytes=0-1,4-5', 'lines=1-2', 'bytes=-', 'bytes=a-b']) {
    assert.equal((await asks(`GET ${url}`, { headers: { range } })).status, 200, range);
  }
});

test('what is not there, and what is no name, is told apart by its code', async () => {
  const name = freshName();
  await push(name, freshBlob(10));
  for (const [words, status, code] of [
    [`GET /v2/${name}/blobs/${nobody}`, 404, 'BLOB_UNKNOWN'],
    [`GET /v2/${name}/blobs/sha256:1`, 400, 'DIGEST_INVALID'],
    [`GET /v2/${name}/manifests/v1`, 404, 'MANIFEST_UNKNOWN'],
    [`GET /v2/${name}/manifests/${nobody}`, 404, 'MANIFEST_UNKNOWN'],
    [`GET /v2/${name}/manifests/sha256:1`, 400, 'DIGEST_INVALID'],
    [`GET /v2/${name}/manifests/-v1`, 400, 'MANIFEST_INVALID'],
    ['GET /v2/no/such/manifests/v1', 404, 'NAME_UNKNOWN'],
    ['GET /v2/no/such/tags/list', 404, 'NAME_UNKNOWN'],
    ['GET /v2/Upper/tags/list', 400, 'NAME_INVALID'],
    [`GET /v2/${'a'.repeat(256)}/tags/list`, 400, 'NAME_INVALID'],
    ['GET /v2/../../etc/manifests/passwd', 400, 'NAME_INVALID'],
    ['GET /v2/a%2f..%2fb/tags/list', 400, 'NAME_INVALID'],
    ['GET /v2/a+b/tags/list', 400, 'NAME_INVALID'],
    [`GET /v2/${name}/referrers/latest`, 400, 'DIGEST_INVALID'],
    [`GET /v2/${name}/blobs/uploads/7`, 404, 'BLOB_UPLOAD_UNKNOWN'],
    [`DELETE /v2/${name}/blobs/${nobody}`, 404, 'BLOB_UNKNOWN'],
    [`DELETE /v2/${name}/manifests/${nobody}`, 404, 'MANIFEST_UNKNOWN'],
    [`DELETE /v2/${name}/manifests/v1`, 404, 'MANIFEST_UNKNOWN'],
    ['GET /v1/search', 404, 'UNSUPPORTED'],
    ['POST /v2/', 405, 'UNSUPPORTED'],
    [`PUT /v2/${name}/blobs/${nobody}`, 405, 'UNSUPPORTED'],
  ] as const) {
    const answer = await asks(words);
    assert.equal(answer.status, status, words);
    assert.equal(codeOf(answer), code, words);
  }
});

test('“Pushing a blob monolithically”: in one POST, and by POST and PUT', async () => {
  const name = freshName();
  const [one, two] = [freshBlob(3000), freshBlob(3000)];
  const posted = await asks(`POST /v2/${name}/blobs/uploads/?digest=${one.descriptor.digest}`, {
    body: one.bytes,
  });
  const location = await begin(name);
  const put = await asks(`PUT ${location}?digest=${two.descriptor.digest}`, { body: two.bytes });
  for (const [answer, { descriptor, bytes }] of [
    [posted, one],
    [put, two],
  ] as const) {
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['location'], `/v2/${name}/blobs/${descriptor.digest}`);
    assert.equal(answer.headers['docker-content-digest'], descriptor.digest);
    assert.deepEqual((await asks(`GET ${answer.headers['location']}`)).body, bytes);
  }
  assert.equal(codeOf(await asks(`GET ${location}`)), 'BLOB_UPLOAD_UNKNOWN', 'the upload has ended');
});

test('“Pushing a blob in chunks”: in order, with progress, and 416 for every other order', async () => {
  const name = freshName();
  const { bytes, descriptor } = freshBlob(3000);
  const location = await begin(name);
  const chunk = (first: number, last: number, method = 'PATCH', query = ''): Promise<HttpAnswer> =>
    asks(`${method} ${location}${query}`, {
      body: bytes.subarray(first, last + 1),
      headers: { 'content-range': `${first}-${last}` },
    });
  for (const first of [1, 1000]) assert.equal((await chunk(first, 1999)).status, 416);
  const begun = await chunk(0, 999);
  assert.equal(begun.status, 202);
  assert.equal(begun.headers['range'], '0-999');
  for (const [method, query] of [
    ['PATCH', ''],
    ['PUT', `?digest=${descriptor.digest}`],
  ] as const) {
    const wrong = await chunk(0, 999, method, query);
    assert.equal(wrong.status, 416);
    assert.equal(codeOf(wrong), 'BLOB_UPLOAD_INVALID');
    assert.equal(wrong.headers['range'], '0-999');
    assert.equal(wrong.headers['location'], location);
  }
  assert.equal((await chunk(1000, 1999)).status, 202);
  const progress = await asks(`GET ${location}`);
  assert.equal(progress.status, 204);
  assert.equal(progress.headers['range'], '0-1999');
  assert.equal((await chunk(2000, 2999, 'PUT', `?digest=${descriptor.digest}`)).status, 201);
  assert.deepEqual((await asks(`GET /v2/${name}/blobs/${descriptor.digest}`)).body, bytes);
});

test('lengths and digests that do not agree are refused, and nothing of them is kept', async () => {
  const name = freshName();
  const { bytes, descriptor } = freshBlob(3000);
  const location = await begin(name);
  const range = await asks(`PATCH ${location}`, { body: bytes, headers: { 'content-range': '0-10' } });
  assert.deepEqual([range.status, codeOf(range)], [400, 'SIZE_INVALID']);
  const odd = await asks(`PATCH ${location}`, { body: bytes, headers: { 'content-range': 'all of it' } });
  assert.deepEqual([odd.status, codeOf(odd)], [400, 'BLOB_UPLOAD_INVALID']);
  for (const query of ['', '?digest=sha256:1', '?digest=md5:d41d8cd98f00b204e9800998ecf8427e']) {
    const noDigest = await asks(`PUT ${location}${query}`, { body: bytes });
    assert.deepEqual([noDigest.status, codeOf(noDigest)], [400, 'DIGEST_INVALID'], query);
  }
  const wrong = await asks(`PUT ${location}?digest=${nobody}`, { body: bytes });
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'DIGEST_INVALID']);
  const posted = await asks(`POST /v2/${name}/blobs/uploads/?digest=${nobody}`, { body: bytes });
  assert.deepEqual([posted.status, codeOf(posted)], [400, 'DIGEST_INVALID']);
  const algorithm = await asks(`POST /v2/${name}/blobs/uploads/?digest-algorithm=md5`);
  assert.deepEqual([algorithm.status, codeOf(algorithm)], [400, 'DIGEST_INVALID']);
  for (const digest of [nobody, descriptor.digest])
    assert.equal((await asks(`HEAD /v2/${name}/blobs/${digest}`)).status, 404);
  assert.deepEqual(await readdir(path.join((await shared()).folder, 'uploads')), []);
});

test('end-4c: a client may say at the beginning, or only at the end, that it wants sha512', async () => {
  const name = freshName();
  const { bytes } = freshBlob(3000);
  const digest = digestOf(bytes, 'sha512');
  for (const query of ['?digest-algorithm=sha512', '']) {
    const { headers } = await asks(`POST /v2/${name}/blobs/uploads/${query}`);
    assert.equal(
      (await asks(`PUT ${String(headers['location'])}?digest=${digest}`, { body: bytes })).status,
      201,
    );
    assert.deepEqual((await asks(`GET /v2/${name}/blobs/${digest}`)).body, bytes);
    assert.equal((await asks(`DELETE /v2/${name}/blobs/${digest}`)).status, 202);
  }
});

test('“Cancel a blob upload”: its bytes are gone, and so is its place', async () => {
  const location = await begin(freshName());
  await asks(`PATCH ${location}`, { body: 'abc' });
  assert.equal((await readdir(path.join((await shared()).folder, 'uploads'))).length, 1);
  assert.equal((await asks(`DELETE ${location}`)).status, 204);
  assert.equal((await asks(`DELETE ${location}`)).status, 404);
  assert.deepEqual(await readdir(path.join((await shared()).folder, 'uploads')), []);
});

test('an upload belongs to the repository where it was begun', async () => {
  const location = await begin(freshName());
  const elsewhere = location.replace(/case-\d+/, 'other');
  assert.equal(codeOf(await asks(`PATCH ${elsewhere}`, { body: 'abc' })), 'BLOB_UPLOAD_UNKNOWN');
  assert.equal((await asks(`DELETE ${location}`)).status, 204);
});

test('“Mounting a blob”: from a repository, from any, and an upload where nobody has it', async () => {
  const [from, to, third] = [freshName(), freshName(), freshName()];
  const { descriptor, ...rest } = freshBlob(1000);
  await push(from, { descriptor, ...rest });
  const mount = (name: string, query: string): Promise<HttpAnswer> =>
    asks(`POST /v2/${name}/blobs/uploads/?mount=${descriptor.digest}${query}`);
  assert.equal((await mount(to, `&from=${third}`)).status, 202, 'that one does not have it');
  assert.equal((await asks(`HEAD /v2/${to}/blobs/${descriptor.digest}`)).status, 404);
  const mounted = await mount(to, `&from=${from}`);
  assert.equal(mounted.status, 201);
  assert.equal(mounted.headers['location'], `/v2/${to}/blobs/${descriptor.digest}`);
  assert.equal((await mount(third, '')).status, 201);
  assert.equal(codeOf(await mount(to, '&from=../up')), 'NAME_INVALID');
  assert.equal((await asks(`DELETE /v2/${from}/blobs/${descriptor.digest}`)).status, 202);
  for (const name of [to, third])
    assert.equal((await asks(`HEAD /v2/${name}/blobs/${descriptor.digest}`)).status, 200, 'others keep it');
});

test('“Pushing Manifests”: kept byte for byte, with the type that it came with', async () => {
  const name = freshName();
  const image = sampleImage();
  const put = await pushImage(name, image, 'v1');
  assert.equal(put.status, 201);
  assert.equal(put.headers['location'], `/v2/${name}/manifests/${image.manifest.digest}`);
  assert.equal(put.headers['docker-content-digest'], image.manifest.digest);
  assert.equal(put.headers['oci-subject'], undefined);
  for (const selector of ['v1', image.manifest.digest]) {
    const { body, headers } = await asks(`GET /v2/${name}/manifests/${selector}`);
    assert.deepEqual(body, Buffer.from(image.manifest.bytes));
    assert.equal(headers['content-type'], mediaTypes.ociManifest);
  }
});

test('end-7b: a manifest that is put by its digest may bring tags along', async () => {
  const name = freshName();
  const image = sampleImage();
  const put = await pushImage(name, image, `${image.manifest.digest}?tag=1.2&tag=latest&tag=1.2`);
  assert.equal(put.status, 201);
  assert.equal(put.headers['oci-tag'], '1.2, latest');
  assert.equal((await asks(`HEAD /v2/${name}/manifests/latest`)).status, 200);
  const odd = await putManifest(name, image, `${image.manifest.digest}?tag=..%2fup`);
  assert.deepEqual([odd.status, codeOf(odd)], [400, 'MANIFEST_INVALID']);
  const many = Array.from({ length: 101 }, (_, at) => `tag=t${at}`).join('&');
  assert.equal((await putManifest(name, image, `${image.manifest.digest}?${many}`)).status, 414);
});

test('manifests that are incomplete, wrong, too large or of no type are refused', async () => {
  const name = freshName();
  const image = sampleImage();
  const without = await putManifest(name, image, 'v1');
  assert.deepEqual([without.status, codeOf(without)], [404, 'MANIFEST_BLOB_UNKNOWN']);
  await pushImage(name, image, 'v1');
  const put = (body: Uint8Array | string, type: string, selector = 'v2'): Promise<HttpAnswer> =>
    asks(`PUT /v2/${name}/manifests/${selector}`, { body, headers: { 'content-type': type } });
  const { bytes, mediaType } = image.manifest;
  for (const [answer, status, code] of [
    [await put(bytes, mediaType, nobody), 400, 'DIGEST_INVALID'],
    [await put(bytes, mediaTypes.ociIndex), 400, 'MANIFEST_INVALID'],
    [await put(bytes, 'text/plain'), 400, 'MANIFEST_INVALID'],
    [await put('{', mediaType), 400, 'MANIFEST_INVALID'],
    [await put('{"schemaVersion":2,"schemaVersion":2}', mediaType), 400, 'MANIFEST_INVALID'],
    [await put(Buffer.alloc(4 * 1024 * 1024 + 1, ' '), mediaType), 413, 'SIZE_INVALID'],
    [await asks(`PUT /v2/${name}/manifests/v2`, { body: bytes }), 400, 'MANIFEST_INVALID'],
  ] as const) {
    assert.deepEqual([answer.status, codeOf(answer)], [status, code]);
  }
  assert.equal((await put(bytes, `${mediaType}; charset=utf-8`)).status, 201, 'parameters are ignored');
  assert.equal((await asks(`HEAD /v2/${name}/manifests/v2`)).status, 200);
});

test('“Listing Tags”: in order, by pages, and an empty list for none', async () => {
  const name = freshName();
  const image = sampleImage();
  for (const tag of ['b', 'a', 'C', 'd-1', 'd.1']) await pushImage(name, image, tag);
  const list = async (query: string): Promise<readonly [unknown, unknown]> => {
    const { body, headers } = await asks(`GET /v2/${name}/tags/list${query}`);
    return [JSON.parse(body.toString()), headers['link']];
  };
  assert.deepEqual(await list(''), [{ name, tags: ['C', 'a', 'b', 'd-1', 'd.1'] }, undefined]);
  const link = (last: string): string => `</v2/${name}/tags/list?n=2&last=${last}>; rel="next"`;
  assert.deepEqual(await list('?n=2'), [{ name, tags: ['C', 'a'] }, link('a')]);
  assert.deepEqual(await list('?n=2&last=a'), [{ name, tags: ['b', 'd-1'] }, link('d-1')]);
  assert.deepEqual(await list('?n=2&last=d-1'), [{ name, tags: ['d.1'] }, undefined]);
  assert.deepEqual(await list('?last=b'), [{ name, tags: ['d-1', 'd.1'] }, undefined]);
  assert.deepEqual(await list('?n=0'), [{ name, tags: [] }, undefined]);
  assert.equal((await asks(`GET /v2/${name}/tags/list?n=-1`)).status, 400);
  const untagged = freshName();
  await pushImage(untagged, image, image.manifest.digest);
  assert.deepEqual(JSON.parse((await asks(`GET /v2/${untagged}/tags/list`)).body.toString()), {
    name: untagged,
    tags: [],
  });
});

test('“Listing Referrers”: of a subject that is not there too, filtered by type, never 404', async () => {
  const name = freshName();
  const subject = descriptorOf(sampleImage().manifest);
  const empty = await asks(`GET /v2/${name}/referrers/${subject.digest}`);
  assert.equal(empty.status, 200);
  assert.equal(empty.headers['content-type'], mediaTypes.ociIndex);
  assert.deepEqual(JSON.parse(empty.body.toString()), {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [],
  });
  const artifact = sampleArtifact(subject);
  const put = await pushImage(name, artifact, artifact.manifest.digest);
  assert.equal(put.headers['oci-subject'], subject.digest);
  const find = async (query: string): Promise<HttpAnswer> =>
    asks(`GET /v2/${name}/referrers/${subject.digest}${query}`);
  const all = await find('');
  assert.equal(all.headers['oci-filters-applied'], undefined);
  assert.deepEqual(entriesOf(all), [
    {
      ...descriptorOf(artifact.manifest),
      artifactType: mediaTypes.verdict,
      annotations: artifact.manifest.annotations,
    },
  ]);
  for (const [type, count] of [
    [mediaTypes.verdict, 1],
    ['application/x-other', 0],
  ] as const) {
    const filtered = await find(`?artifactType=${encodeURIComponent(type)}`);
    assert.equal(filtered.headers['oci-filters-applied'], 'artifactType');
    assert.equal(entriesOf(filtered).length, count);
  }
});

test('a list of referrers that is larger than a manifest may be comes in pages', async () => {
  const name = freshName();
  const subject = descriptorOf(sampleImage().manifest);
  const digests: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    const artifact = sampleArtifact(subject, `${at}${'x'.repeat(1_800_000)}`);
    await pushImage(name, artifact, artifact.manifest.digest);
    digests.push(artifact.manifest.digest);
  }
  const found: string[] = [];
  let url: string | undefined = `/v2/${name}/referrers/${subject.digest}`;
  let pages = 0;
  for (; url !== undefined; pages += 1) {
    const page = await asks(`GET ${url}`);
    assert.ok(page.body.length <= 4 * 1024 * 1024);
    for (const { digest } of entriesOf(page)) found.push(digest);
    url = /^<([^>]+)>; rel="next"$/.exec(String(page.headers['link']))?.[1];
  }
  assert.equal(pages, 2);
  assert.deepEqual(found.toSorted(), digests.toSorted());
});

test('“Content Management”: a tag, a manifest with its tags, and a blob, at once', async () => {
  const name = freshName();
  const image = sampleImage();
  for (const tag of ['a', 'b', 'c']) await pushImage(name, image, tag);
  const status = async (words: string): Promise<number> => (await asks(words)).status;
  assert.equal(await status(`DELETE /v2/${name}/manifests/a`), 202);
  assert.equal(await status(`HEAD /v2/${name}/manifests/a`), 404);
  assert.equal(await status(`HEAD /v2/${name}/manifests/b`), 200);
  assert.equal(await status(`DELETE /v2/${name}/manifests/${image.manifest.digest}`), 202);
  for (const selector of ['b', 'c', image.manifest.digest])
    assert.equal(await status(`HEAD /v2/${name}/manifests/${selector}`), 404, selector);
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  assert.equal(await status(`DELETE /v2/${name}/blobs/${layer.descriptor.digest}`), 202);
  assert.equal(await status(`HEAD /v2/${name}/blobs/${layer.descriptor.digest}`), 404);
});

test('each repository is an OCI layout by itself, and a blob of several is one file that goes with the last', async () => {
  const { folder } = await shared();
  const [left, right] = [freshName(), freshName()];
  const image = sampleImage();
  for (const name of [left, right]) await pushImage(name, image, 'v1');
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  const hex = digestHex(layer.descriptor.digest);
  const layoutOf = (name: string): string => path.join(folder, 'repositories', name.replace('/', '+'));
  for (const name of [left, right]) {
    assert.equal(
      await readFile(path.join(layoutOf(name), 'oci-layout'), 'utf8'),
      '{"imageLayoutVersion":"1.0.0"}\n',
    );
    assert.deepEqual(await readFile(path.join(layoutOf(name), 'blobs/sha256', hex)), layer.bytes);
  }
  const pool = await readdir(path.join(folder, 'blobs/sha256'));
  assert.equal(pool.filter((each) => each === hex).length, 1);
  for (const name of [left, right]) {
    assert.ok((await readdir(path.join(folder, 'blobs/sha256'))).includes(hex));
    assert.equal((await asks(`DELETE /v2/${name}/blobs/${layer.descriptor.digest}`)).status, 202);
  }
  assert.ok(!(await readdir(path.join(folder, 'blobs/sha256'))).includes(hex));
});
