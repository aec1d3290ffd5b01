import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { keyedValues, type Keyed } from '../text/keyed.ts';
import type { Scope } from '../text/scope.ts';
import { spell, type Sureness } from '../text/spell.ts';
import { sureOfKey } from '../text/keys.ts';
import { distinct } from '../yaml/collector.ts';
import { imageLines } from '../yaml/embedded.ts';

/** Terraform, Packer and Nomad: `image = "…"` of containers and modules; AMIs, image families and the like are machines. */
export const terraform: Finder = {
  find: (source) => {
    const values = keyedValues(source, 'hash-and-slash');
    const whole = { start: 0, end: source.text.length };
    const scope = settingsScope(source, values);
    return {
      mentions: distinct([
        ...values.flatMap((each) => {
          const sure = sureOf(each);
          if (sure === undefined) return [];
          const owner = [...each.path.filter((name) => name !== ''), each.key].join('.');
          return spell({ source, span: each.span, syntax: 'terraform', owner, dialect: 'hcl', scope, sure });
        }),
        ...imageLines(source, whole, { syntax: 'terraform', owner: 'image' }),
      ]),
      faults: [],
    };
  },
};

const machineKind =
  /^source (?:amazon|azure|digitalocean|googlecompute|hcloud|linode|openstack|proxmox|vultr)|compute_(?:instance|disk|image)|_instance\b|linode|droplet|hcloud_|virtual_machine|launch_template|launch_configuration|initialize_params|boot_disk|openstack_/;

function sureOf({ key, value, path }: Keyed): Sureness | undefined {
  const around = path.join(' ');
  if (
    /^ami-[0-9a-f]{8,17}$/.test(value) ||
    /^(?:ami|source_ami|image_id|image_family|source_image|source_image_family|image_slug)$/.test(key)
  )
    return /^ami-|^[\w./-]+$/.test(value) ? 'vm' : undefined;
  if (key === 'image' && machineKind.test(around)) return 'vm';
  if (key === 'source' || key === 'version' || key === 'tags' || path.at(-1) === 'tags') return undefined;
  if (key === 'name' && /\bdocker_(?:registry_)?image\b/.test(around)) return 'name';
  if (key === 'image' || key === 'image_uri' || key === 'container_image') return 'name';
  if (key === 'default' && path.some((name) => /^variable\b.*image/i.test(name))) return 'likely';
  // `image_tag_mutability = "…"` and its like hold no names.
  return sureOfKey(key);
}

/** `var.x` by its default, `local.x` by its value, and what a block of the same file sets. */
function settingsScope(source: SourceText, values: readonly Keyed[]): Scope {
  return {
    find: (name) => {
      const [first, key] = name.split('.');
      const isIt = (each: Keyed): boolean =>
        first === 'var'
          ? each.key === 'default' && each.path.includes(`variable ${key}`)
          : first === 'local' && each.key === key && each.path.some((around) => around === 'locals');
      return values.filter(isIt).map(({ value, span }) => ({ text: value, at: { source, span } }));
    },
    why: (name) => `${name} is set nowhere in this file`,
  };
}
