/**
 * Whether a word that a POSIX shell line holds stands within quotes, behind a backslash, or in a comment at any of its
 * places. What is put there is not a word of its own: quotes that are added around it end those that stand there.
 */
export function isQuotedIn(line: string, word: string): boolean {
  for (let at = line.indexOf(word); at !== -1; at = line.indexOf(word, at + word.length)) {
    if (stateAt(line, at) !== 'plain') return true;
  }
  return false;
}

type State = 'plain' | 'single' | 'double' | 'backquote' | 'escaped' | 'comment';

function stateAt(line: string, end: number): State {
  let state: State = 'plain';
  for (let at = 0; at < end; at += 1) {
    const character = line[at] ?? '';
    if (character === '\\' && state !== 'single' && state !== 'comment') {
      if (at + 1 === end) return 'escaped';
      at += 1;
    } else state = next(state, character, line[at - 1]);
  }
  return state;
}

function next(state: State, character: string, before: string | undefined): State {
  switch (state) {
    case 'single':
      return character === "'" ? 'plain' : state;
    case 'double':
      return character === '"' ? 'plain' : state;
    case 'backquote':
      return character === '`' ? 'plain' : state;
    case 'comment':
      return character === '\n' ? 'plain' : state;
    case 'plain':
    case 'escaped':
      if (character === '#') return before === undefined || /[\s;&|(]/.test(before) ? 'comment' : 'plain';
      return opening[character] ?? 'plain';
  }
}

const opening: Readonly<Record<string, State>> = { "'": 'single', '"': 'double', '`': 'backquote' };
