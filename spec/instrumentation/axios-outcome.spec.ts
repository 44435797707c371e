import { SpanStatusCode } from '@opentelemetry/api';
import axios, {
  AxiosError,
  create,
  isCancel,
  type AxiosRequestConfig,
  type AxiosResponse,
} from 'axios';
import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { traceAxios } from '../../instrumentation/axios.js';
import { expectNoError } from '../contract/http-client.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

describe('what became of a request of axios', () => {
  const h = harness();
  const origin = useOrigin();
  const client = () => {
    const instance = create({ baseURL: origin.url });
    traceAxios(instance, { tracerProvider: h.provider });
    return instance;
  };
  const failing = async (config: AxiosRequestConfig) => {
    const error = await client()
      .request(config)
      .then(
        () => expect.fail('it did not fail'),
        (error: AxiosError) => error,
      );
    return { error, span: h.spans()[0]! };
  };

  it('is an error for 500, also where validateStatus lets it pass (C-HTTP-06)', async () => {
    origin.next({ status: 500 });
    await client().get('/', { validateStatus: null });
    expect(h.span('GET').status.code).to.equal(SpanStatusCode.ERROR);
  });

  it('is no error for 200, also where validateStatus refuses it (C-HTTP-05)', async () => {
    const { error, span } = await failing({ validateStatus: () => false });
    expect(error.response?.status).to.equal(200);
    expectNoError(span);
    expect(span.attributes['http.response.status_code']).to.equal(200);
  });

  const timeouts: [string, AxiosRequestConfig, string][] = [
    ['the http adapter', { adapter: 'http' }, 'ECONNABORTED'],
    ['the http adapter without redirects', { adapter: 'http', maxRedirects: 0 }, 'ECONNABORTED'],
    ['the fetch adapter', { adapter: 'fetch' }, 'ETIMEDOUT'],
  ];
  for (const [name, config, type] of timeouts) {
    it(`is an error when the timeout of ${name} has passed (C-HTTP-08)`, async () => {
      origin.next({ hang: true });
      const { error, span } = await failing({ ...config, timeout: 30 });
      expect(error.code).to.equal(type);
      expect(span.attributes['error.type']).to.equal(type);
      expect(span.status).to.deep.equal({
        code: SpanStatusCode.ERROR,
        message: 'timeout of 30ms exceeded',
      });
    });
  }

  it('is no error when a CancelToken was used (C-HTTP-09)', async () => {
    origin.next({ hang: true });
    // axios's types have the named export as a type alone.
    // oxlint-disable-next-line import/no-named-as-default-member
    const source = axios.CancelToken.source();
    void origin.arrival().then(() => source.cancel('no longer needed'));
    const { error, span } = await failing({ cancelToken: source.token });
    expect(isCancel(error)).to.equal(true);
    expectNoError(span);
  });

  it('is an error when the upload breaks off, though axios calls it cancelled', async () => {
    origin.next({ hang: true });
    const upload = new PassThrough();
    upload.write('half');
    void origin.arrival().then(() => upload.destroy());
    const { error, span } = await failing({ method: 'post', data: upload });
    expect(error.code).to.equal('ERR_CANCELED');
    expect(span.attributes['error.type']).to.equal('ERR_CANCELED');
    expect(span.status.code).to.equal(SpanStatusCode.ERROR);
  });

  it('keeps the status when the connection is lost in the body', async () => {
    origin.next({ reset: 'in the body' });
    const { error, span } = await failing({});
    expect(span.attributes).to.include({
      'http.response.status_code': 200,
      'error.type': error.code,
    });
    expect(span.status.code).to.equal(SpanStatusCode.ERROR);
  });

  for (const maxRedirects of [0, 5]) {
    it(`keeps the status when the body takes too long, with maxRedirects ${maxRedirects}`, async () => {
      origin.next({ hang: 'in the body' });
      const { error, span } = await failing({ timeout: 300, maxRedirects });
      expect(span.attributes).to.include({
        'http.response.status_code': 200,
        'error.type': error.code,
      });
    });
  }

  it('keeps the status when the body is cancelled on purpose (C-HTTP-09)', async () => {
    origin.next({ hang: 'in the body' });
    const controller = new AbortController();
    const { span } = await failing({
      signal: controller.signal,
      onDownloadProgress: () => controller.abort(),
    });
    expectNoError(span);
    expect(span.attributes['http.response.status_code']).to.equal(200);
  });

  it('is an error for too many redirects (C-HTTP-05)', async () => {
    origin.next({ redirect: '/b' }, { redirect: '/c' });
    const { span } = await failing({ maxRedirects: 1 });
    expect(span.attributes['error.type']).to.equal('ERR_FR_TOO_MANY_REDIRECTS');
    expect(span.status.code).to.equal(SpanStatusCode.ERROR);
  });

  it('is a redirect where axios follows none', async () => {
    origin.next({ redirect: '/b' });
    const { span } = await failing({ maxRedirects: 0 });
    expect(span.attributes['http.response.status_code']).to.equal(302);
    expectNoError(span);
  });

  it('is known at the head of a streamed response', async () => {
    origin.next({ hang: 'in the body' });
    const response = await client().get<PassThrough>('/', { responseType: 'stream' });
    expect(h.span('GET').attributes['http.response.status_code']).to.equal(200);
    response.data.destroy();
  });

  it('is told by an exception event, with the message as description (C-GEN-01, C-GEN-02)', async () => {
    origin.next({ reset: 'before headers' });
    const { error, span } = await failing({});
    expect(span.status.message).to.equal(error.message);
    expect(span.events).to.have.lengthOf(1);
    expect(span.events[0]!.attributes).to.include({
      'exception.type': 'AxiosError',
      'exception.message': error.message,
    });
  });

  it('is an error for a URL that is none, which is recorded as it is', async () => {
    const { span } = await failing({ baseURL: '', url: 'not a url' });
    expect(span.attributes['url.full']).to.equal('not a url');
    expect(span.attributes).not.to.have.property('server.address');
    expect(span.status.code).to.equal(SpanStatusCode.ERROR);
  });

  it('is an error where an adapter throws at once', async () => {
    const thrown = new RangeError('from the adapter');
    const { error, span } = await failing({
      adapter() {
        throw thrown;
      },
    });
    expect(error).to.equal(thrown);
    expect(span.attributes['error.type']).to.equal('RangeError');
  });

  describe('with an adapter of the application', () => {
    const rejecting = (error: Error, signal?: AbortSignal) =>
      failing({ adapter: () => Promise.reject(error), ...(signal && { signal }) });

    it('is no error where it rejects with the reason of the signal (C-HTTP-09)', async () => {
      const controller = new AbortController();
      const reason = new Error('the user has left');
      const adapter = () => {
        controller.abort(reason);
        return Promise.reject(reason);
      };
      const { span } = await failing({ adapter, signal: controller.signal });
      expectNoError(span);
    });

    it('is no error where it rejects with an AbortError (C-HTTP-09)', async () => {
      const controller = new AbortController();
      const adapter = () => {
        controller.abort('the user has left');
        return Promise.reject(new DOMException('aborted', 'AbortError'));
      };
      const { span } = await failing({ adapter, signal: controller.signal });
      expectNoError(span);
    });

    it('is an error where something else went wrong just before the signal', async () => {
      const controller = new AbortController();
      const adapter = () => {
        controller.abort();
        return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
      };
      const { span } = await failing({ adapter, signal: controller.signal });
      expect(span.attributes['error.type']).to.equal('ECONNREFUSED');
    });

    it('is an error where it fails with the signal at rest', async () => {
      const { span } = await rejecting(
        new DOMException('aborted', 'AbortError'),
        new AbortController().signal,
      );
      expect(span.attributes['error.type']).to.equal('AbortError');
    });

    it('is told by the status where it rejects with a response, whatever its code', async () => {
      const error = new AxiosError('odd', 'ERR_ODD');
      error.response = { status: 500 } as AxiosResponse;
      const { span } = await failing({
        adapter: () => Promise.reject(error),
        validateStatus: null,
      });
      expect(span.attributes['error.type']).to.equal('500');
    });
  });

  it('is open where an adapter returns nonsense', async () => {
    await failing({ adapter: (() => undefined) as never });
    expectNoError(h.span('GET'));
  });

  for (const nonsense of [undefined, null, 'text', { status: 'no' }]) {
    it(`does no harm where an adapter resolves with ${JSON.stringify(nonsense)}`, async () => {
      await client()
        .get('/', { adapter: () => Promise.resolve(nonsense as never) })
        .catch(() => undefined);
      expect(h.spans()).to.have.lengthOf(1);
    });
    it(`does no harm where an adapter rejects with ${JSON.stringify(nonsense)}`, async () => {
      const { error, span } = await failing({
        // oxlint-disable-next-line prefer-promise-reject-errors
        adapter: () => Promise.reject(nonsense),
      });
      expect(error).to.equal(nonsense);
      expect(span.attributes['error.type']).to.equal('_OTHER');
    });
  }
});
