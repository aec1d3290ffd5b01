import * as z from 'zod';

/**
 * An object that engines read into a struct, with Go's encoding/json. That takes a key for a field's in any letter case,
 * and of several the last: with `env` in it, a config would be another one to them than to us. Keys of no field are left out;
 * those that only look like one are an issue. Maps, such as labels, have no fields, and are not read so.
 */
export function goStruct<T extends z.ZodRawShape>(
  shape: T,
): z.ZodPreprocess<z.ZodObject<{ -readonly [P in keyof T]: T[P] }>> {
  const fields = new Map(Object.keys(shape).map((field) => [folded(field), field]));
  return z.preprocess((value, context) => {
    if (typeof value !== 'object' || value === null) return value;
    for (const key of Object.keys(value)) {
      const field = fields.get(folded(key));
      if (field === undefined || field === key) continue;
      context.addIssue(
        `engines take its key ${JSON.stringify(key.slice(0, 100))} for ${JSON.stringify(field)}`,
      );
      break;
    }
    return value;
  }, z.object(shape));
}

/** Upper case first: it makes an S of the long s (ſ), and Go takes that for one, as it takes the sign of Kelvin for a K. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}
