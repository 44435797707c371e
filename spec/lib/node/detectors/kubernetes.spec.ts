import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { detectResources } from '../../../../lib/detect-resources.js';
import {
  containerDetector,
  containerDetectorIn,
} from '../../../../lib/node/detectors/container.js';
import {
  createKubernetesDetector,
  kubernetesDetectorIn,
} from '../../../../lib/node/detectors/kubernetes.js';
import { SCHEMA_URL } from '../../../../lib/node/detectors/schema.js';
import type { Resource } from '../../../../lib/resource.js';
import { harness } from '../../../support/harness.js';

const ID = 'ab'.repeat(32);
const UID = '9e8d7c6b-5a49-4837-a625-141302f1e0d9';

describe('inside a container', function () {
  const h = harness();
  const environment = process.env;
  let root: string;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    root = await mkdtemp(join(tmpdir(), 'spantree-'));
  });
  afterEach(async () => {
    process.env = environment;
    await rm(root, { recursive: true, force: true });
  });

  async function put(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  async function settled(resource: Resource): Promise<Resource> {
    await resource.waitForAsyncAttributes?.();
    expect(h.diagnostics).to.deep.equal([]);
    return resource;
  }

  describe('the detector of the container', () => {
    const detect = (detector = containerDetectorIn(root)) =>
      settled(detectResources({ detectors: [detector] }));

    it('reads the control group of the process (T-RES-08)', async () => {
      await put('proc/self/cgroup', `0::/docker/${ID}\n`);
      const { attributes, schemaUrl } = await detect();
      expect(attributes).to.deep.equal({ 'container.id': ID });
      expect(schemaUrl).to.equal(SCHEMA_URL);
    });

    it('reads the mounts where the control group says nothing', async () => {
      await put('proc/self/cgroup', '0::/\n');
      const line = `1 2 0:3 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw - ext4 d rw`;
      await put('proc/self/mountinfo', `${line}\n`);
      expect((await detect()).attributes).to.deep.equal({ 'container.id': ID });
    });

    it('finds nothing where there is no such file', async () => {
      expect((await detect()).attributes).to.deep.equal({});
    });

    it('reads the real /proc', async () => {
      const { attributes } = await detect(containerDetector);
      expect(attributes['container.id'] ?? ID).to.match(/^[0-9a-f]{64}$|^[0-9a-f]{32}-\d+$/);
    });
  });

  describe('the detector of Kubernetes', () => {
    const detect = async (variables: Record<string, string>, options?: { podInfo: string }) => {
      process.env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', ...variables };
      const resource = detectResources({ detectors: [kubernetesDetectorIn(root, options)] });
      process.env = environment;
      return (await settled(resource)).attributes;
    };

    it('finds nothing outside of Kubernetes', () => {
      process.env = { POD_NAME: 'shop-1' };
      expect(createKubernetesDetector().detect()).to.deep.equal({});
    });

    it('reads variables of the downward API, under the names that are in use', async () => {
      const found = await detect({
        OTEL_RESOURCE_ATTRIBUTES_POD_NAME: 'shop-1',
        MY_POD_UID: UID,
        POD_NAMESPACE: 'prod',
        NODE_NAME: 'node-7',
        K8S_CONTAINER_NAME: 'checkout',
        K8S_DEPLOYMENT_NAME: 'shop',
        K8S_CLUSTER_NAME: 'eu-1',
      });
      expect(found).to.deep.equal({
        'k8s.pod.name': 'shop-1',
        'k8s.pod.uid': UID,
        'k8s.namespace.name': 'prod',
        'k8s.node.name': 'node-7',
        'k8s.container.name': 'checkout',
        'k8s.deployment.name': 'shop',
        'k8s.cluster.name': 'eu-1',
      });
    });

    it('does not read variables whose names say nothing about Kubernetes', async () => {
      const vague = ['NAMESPACE', 'CONTAINER_NAME', 'CLUSTER_NAME', 'DEPLOYMENT_NAME', 'NAME'];
      expect(await detect(Object.fromEntries(vague.map((name) => [name, 'x'])))).to.deep.equal({});
    });

    it('reads files of the downward API', async () => {
      await put('etc/podinfo/name', 'shop-1\n');
      await put('etc/podinfo/uid', `${UID}\n`);
      await put('etc/podinfo/k8s.namespace.name', 'prod');
      expect(await detect({})).to.deep.equal({
        'k8s.pod.name': 'shop-1',
        'k8s.pod.uid': UID,
        'k8s.namespace.name': 'prod',
      });
    });

    it('reads them elsewhere where that is said', async () => {
      await put('pod/node', 'node-7');
      expect(await detect({}, { podInfo: '/pod' })).to.deep.equal({ 'k8s.node.name': 'node-7' });
    });

    it('knows namespace, pod and container without the downward API', async () => {
      await put('var/run/secrets/kubernetes.io/serviceaccount/namespace', 'prod');
      const pod = `/var/lib/kubelet/pods/${UID}`;
      await put(
        'proc/self/mountinfo',
        `1 2 0:3 ${pod}/containers/checkout/0a1b /dev/termination-log rw - ext4 d rw\n`,
      );
      expect(await detect({})).to.deep.equal({
        'k8s.namespace.name': 'prod',
        'k8s.pod.uid': UID,
        'k8s.container.name': 'checkout',
      });
    });

    it('believes variables rather than files', async () => {
      await put('etc/podinfo/name', 'file');
      expect((await detect({ POD_NAME: 'variable' }))['k8s.pod.name']).to.equal('variable');
    });
  });
});
