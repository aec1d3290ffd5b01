import { Failure, type FailureCode } from '../../src/base/failure.ts';

/** Counts the calls to all ports together, and breaks one of them. */
export class FaultyCalls {
  /** Names of all calls so far. */
  readonly calls: string[] = [];
  readonly #fails: number;
  readonly #when: 'before' | 'after';

  /** @param fails counts from 1; 0: none fails. `after`: it was done, and only the answer is lost. */
  constructor(fails: number, when: 'before' | 'after') {
    this.#fails = fails;
    this.#when = when;
  }

  /** The same port; what its `opens` hand out is watched, too. */
  watch<T extends object>(port: T, code: FailureCode, opens: readonly string[] = []): T {
    return new Proxy(port, {
      get: (target, key): unknown => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function' || typeof key !== 'string') return member;
        return (...words: readonly unknown[]): unknown => {
          this.calls.push(key);
          const isFault = this.calls.length === this.#fails;
          if (isFault && this.#when === 'before') return Promise.reject(failed(key, code));
          const result: unknown = Reflect.apply(member, target, words);
          return this.#settled(result, { isFault, key, code, opens });
        };
      },
    });
  }

  async #settled(
    result: unknown,
    {
      isFault,
      key,
      code,
      opens,
    }: { isFault: boolean; key: string; code: FailureCode; opens: readonly string[] },
  ): Promise<unknown> {
    const value = await result;
    if (isFault) throw failed(key, code);
    return opens.includes(key) && typeof value === 'object' && value !== null
      ? this.watch(value, code, opens)
      : value;
  }
}

function failed(key: string, code: FailureCode): Failure {
  return new Failure(code, `${key} broke`);
}
