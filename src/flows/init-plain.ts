import { variableName } from '../model/config-fields.ts';

type Variables = Readonly<Record<string, string>>;

/** Variables that may stand in a file that is committed: values that only CI knows, and whatever may be a secret, stay there. */
export function plainVariables(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name, value]) => isPlain(name, value)));
}

function isPlain(name: string, value: string): boolean {
  const isSecret = /token|secret|passw|key|auth|credential/i.test(name);
  return (
    !isSecret && !/[$\0]|\{\{|<</.test(value) && variableName.safeParse(name).success && name !== '__proto__'
  );
}
