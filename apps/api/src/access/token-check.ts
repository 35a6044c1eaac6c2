import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whether an `Authorization` header holds one of the tokens: as `Bearer <token>`, or as the password of `Basic`, any
 * user name, which is how a browser can ask a person for it. Takes the same time for every wrong token.
 */
export class TokenCheck {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digest);
  }

  accepts(authorization: string | undefined): boolean {
    const given = tokenIn(authorization);
    if (given === undefined) return false;
    const digestGiven = digest(given);
    return this.#digests.map((known) => timingSafeEqual(known, digestGiven)).includes(true);
  }
}

function tokenIn(authorization = ''): string | undefined {
  const [scheme = '', credentials = ''] = authorization.split(/ +/, 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic': {
      const userAndPassword = Buffer.from(credentials, 'base64').toString();
      const colon = userAndPassword.indexOf(':');
      return colon < 0 ? undefined : userAndPassword.slice(colon + 1);
    }
    default:
      return undefined;
  }
}
