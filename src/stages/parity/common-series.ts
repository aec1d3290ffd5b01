/** What all of the lists have, in the order of the first; nothing where there is no list. */
export function commonSeries([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  return first.filter((each) => others.every((series) => series.includes(each)));
}
