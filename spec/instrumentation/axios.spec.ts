import axios, { Axios, create, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { traceAxios } from '../../instrumentation/axios.js';
import type { HttpClientOptions } from '../../instrumentation/http-client.js';
import { hiddenAxios, requiredAxios } from '../support/axios-copies.js';
import { httpClientContract, type HttpClientSubject } from '../contract/http-client.js';

type Requester = Pick<AxiosInstance, 'request' | 'interceptors' | 'getUri'>;

function subjectFrom(make: () => Requester, adapter?: string) {
  return function subject(options: HttpClientOptions): HttpClientSubject {
    const client = make();
    return {
      remove: traceAxios(client, options),
      async send({ body, ...request }) {
        const config: AxiosRequestConfig = { ...request, validateStatus: () => true };
        if (body !== undefined) config.data = body;
        if (adapter !== undefined) config.adapter = adapter;
        return (await client.request(config)).status;
      },
    };
  };
}

describe('axios', () => {
  describe('as axios.create() makes it', () => {
    httpClientContract(subjectFrom(() => create()));
  });

  describe('as the create() of a required axios makes it', () => {
    httpClientContract(subjectFrom(() => requiredAxios().create()));
  });

  describe('as the create() of an axios makes it that cannot be found', () => {
    const hidden = hiddenAxios();
    httpClientContract(subjectFrom(() => hidden.create()));
  });

  describe('by its default export', () => {
    let last: HttpClientSubject | undefined;
    afterEach(() => last?.remove());

    httpClientContract((options) => {
      last?.remove();
      return (last = subjectFrom(() => axios)(options));
    });
  });

  describe('as a new Axios()', () => {
    httpClientContract(subjectFrom(() => new Axios({})));
  });

  describe('with its fetch adapter', () => {
    httpClientContract(
      subjectFrom(() => create(), 'fetch'),
      { watchesRedirects: false, knowsPeer: false },
    );
  });
});
