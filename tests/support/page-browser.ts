import { askPage, type PageAddress, type PageAnswer } from '../../bin/demo/page-client.ts';

/** A browser without scripts: keeps cookies, and sends forms with the token of the page they are on. */
export class PageBrowser {
  readonly #address: PageAddress;
  readonly #headers: Readonly<Record<string, string>>;
  readonly cookies = new Map<string, string>();

  /** `headers` go with every request. */
  constructor(address: PageAddress, headers: Readonly<Record<string, string>> = {}) {
    this.#address = address;
    this.#headers = headers;
  }

  get(path: string): Promise<PageAnswer> {
    return this.#ask({ path });
  }

  /** Opens `page` first, as a person would, and posts its form. */
  async post(
    path: string,
    fields: Readonly<Record<string, string | Blob>>,
    options: { readonly page?: string; readonly headers?: Record<string, string>; readonly token?: string } = {},
  ): Promise<PageAnswer> {
    const { text } = await this.get(options.page ?? '/');
    const body = new FormData();
    body.set('csrfToken', options.token ?? /name="csrfToken" value="([^"]+)"/.exec(text)?.[1] ?? '');
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.#ask({ path, body, headers: { origin: new URL(this.#address.pageUrl).origin, ...options.headers } });
  }

  async #ask(asked: { path: string; body?: FormData; headers?: Record<string, string> }): Promise<PageAnswer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await askPage(this.#address, { ...asked, headers: { cookie, ...this.#headers, ...asked.headers } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    return answer;
  }
}
