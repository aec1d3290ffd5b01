import { BlockList, isIPv6 } from 'node:net';

/** What kind of place an IP address is. `link-local` holds the metadata services of the clouds. */
export type AddressClass = 'loopback' | 'link-local' | 'private' | 'public';

const loopback = subnets(['127.0.0.0/8'], ['::1/128']);
// 0.0.0.0 and :: reach the machine itself as well.
const unspecified = subnets(['0.0.0.0/8'], ['::/128']);
// 168.63.129.16, 192.0.0.192, 100.100.100.200 and fd00:ec2::254 are metadata services as 169.254.169.254 is.
const linkLocal = subnets(
  ['169.254.0.0/16', '168.63.129.16/32', '192.0.0.0/24', '100.100.100.200/32'],
  ['fe80::/10', 'fd00:ec2::254/128'],
);
const privateNets = subnets(
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', '224.0.0.0/3'],
  ['fc00::/7', 'fec0::/10', 'ff00::/8'],
);
// Addresses that carry an IPv4 address in their last 32 bits: mapped, compatible, and NAT64.
const carriers = subnets([], ['::ffff:0:0/96', '::/96', '64:ff9b::/96']);

export function classifyAddress(address: string): AddressClass {
  const plain = address.split('%', 1)[0] ?? address;
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  if (loopback.check(plain, family) || unspecified.check(plain, family)) return 'loopback';
  if (family === 'ipv6' && carriers.check(plain, 'ipv6')) return classifyAddress(lastFourBytes(plain));
  if (linkLocal.check(plain, family)) return 'link-local';
  return privateNets.check(plain, family) ? 'private' : 'public';
}

/** Without the brackets that a URL puts around an IPv6 address. */
export function hostname(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Which addresses a registry may send us to: public ones, and of the others only the kind that its own address is.
 * A registry on the internet thus reaches nothing inside of our network through us.
 */
export class AddressGuard {
  readonly #own = new Set<AddressClass>();

  /** The registry itself was reached here. */
  remember(address: string): void {
    this.#own.add(classifyAddress(address));
  }

  allows(address: string): boolean {
    const found = classifyAddress(address);
    return found === 'public' || this.#own.has(found);
  }
}

function subnets(ipv4: readonly string[], ipv6: readonly string[]): BlockList {
  const list = new BlockList();
  const add =
    (type: 'ipv4' | 'ipv6') =>
    (net: string): void => {
      const [address = '', prefix] = net.split('/');
      list.addSubnet(address, Number(prefix), type);
    };
  ipv4.forEach(add('ipv4'));
  ipv6.forEach(add('ipv6'));
  return list;
}

/** URL parsing writes an IPv6 address as eight groups at most, so the last 32 bits are its last two groups. */
function lastFourBytes(address: string): string {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const [high = 0, low = 0] = address
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
