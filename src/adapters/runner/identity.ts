/** Who owns what is copied into a container, in numbers: names mean something only within its image. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The image's own lists of users and groups; empty where it has none. */
export interface Accounts {
  readonly passwd: string;
  readonly group: string;
}

export type IdentityAnswer =
  | { readonly kind: 'known'; readonly identity: Identity }
  | { readonly kind: 'unknown'; readonly why: string };

/** What can be told without the image's lists; undefined: they are needed. `user` is `user[:group]`, each by name or number. */
export function plainIdentity(user: string): Identity | undefined {
  const { name, group } = parse(user);
  if (group === undefined && (name === '' || name === '0' || name === 'root')) return { uid: 0, gid: 0 };
  const uid = numberOf(name);
  const gid = numberOf(group ?? '');
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/** As the engines resolve `--user`: by name first, then by number; a number without an entry has group 0. */
export function identityIn(user: string, accounts: Accounts): IdentityAnswer {
  const { name, group } = parse(user);
  const entry = findUser(accounts.passwd, name);
  const uid = entry?.uid ?? numberOf(name);
  if (uid === undefined) return { kind: 'unknown', why: `the image has no user ${JSON.stringify(name)}` };
  if (group === undefined) return { kind: 'known', identity: { uid, gid: entry?.gid ?? 0 } };
  const gid = findGroup(accounts.group, group) ?? numberOf(group);
  if (gid === undefined) return { kind: 'unknown', why: `the image has no group ${JSON.stringify(group)}` };
  return { kind: 'known', identity: { uid, gid } };
}

function parse(user: string): { readonly name: string; readonly group: string | undefined } {
  const colon = user.indexOf(':');
  if (colon === -1) return { name: user, group: undefined };
  const group = user.slice(colon + 1);
  return { name: user.slice(0, colon), group: group === '' ? undefined : group };
}

function numberOf(text: string): number | undefined {
  return /^[0-9]{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined;
}

/** `name:password:uid:gid:…`; a user may be called by the number. */
function findUser(passwd: string, wanted: string): Identity | undefined {
  for (const line of passwd.split('\n')) {
    const [name, , uidText = '', gidText = ''] = line.split(':');
    const uid = numberOf(uidText);
    const gid = numberOf(gidText);
    if (uid === undefined || gid === undefined) continue;
    if (name === wanted || uid === numberOf(wanted)) return { uid, gid };
  }
  return undefined;
}

/** `name:password:gid:…` */
function findGroup(group: string, wanted: string): number | undefined {
  for (const line of group.split('\n')) {
    const [name, , gidText = ''] = line.split(':');
    if (name === wanted) return numberOf(gidText);
  }
  return undefined;
}
