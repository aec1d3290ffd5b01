/**
 * GitLab takes a line such as `/close` or `/merge` for a command when it is written into a description or a note
 * (docs.gitlab.com/user/project/quick_actions). A text from outside must not give commands in our name: a backslash before
 * the slash shows the same and does nothing. It is taken off again when we read what we wrote.
 */
export function defused(body: string): string {
  return body.replaceAll(/^([ \t]*)(\\*\/)/gm, String.raw`$1\$2`);
}

export function restored(body: string): string {
  return body.replaceAll(/^([ \t]*)\\(\\*\/)/gm, '$1$2');
}
