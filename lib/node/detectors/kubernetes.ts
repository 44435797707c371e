import type { DetectedResourceAttributes, ResourceDetector } from '../../detect-resources.js';
import { ownEnvironment, type Environment } from '../../own-environment.js';
import { readPlacement } from './container.js';
import { readFileLater } from './files.js';
import type { Placement } from './proc.js';
import { SCHEMA_URL } from './schema.js';

/** Options of {@link createKubernetesDetector}. */
export interface KubernetesDetectorOptions {
  /** Where a volume of the downward API is mounted. Default `/etc/podinfo`. */
  podInfo?: string;
}

/** Where one attribute may stand. */
interface Place {
  readonly attribute: string;
  /** Environment variables, of which the first that is set counts. */
  readonly variables: readonly string[];
  /** The file in the volume of the downward API, beside the one that has the attribute's name. */
  readonly file: string;
}

/**
 * The names of the variables are those that the Kubernetes documentation, the OpenTelemetry operator and
 * common charts use: Kubernetes itself gives them none.
 */
const PLACES: readonly Place[] = [
  place('k8s.pod.name', 'name', 'POD_NAME'),
  place('k8s.pod.uid', 'uid', 'POD_UID'),
  place('k8s.namespace.name', 'namespace', 'NAMESPACE_NAME', 'NAMESPACE', 'POD_NAMESPACE'),
  place('k8s.node.name', 'node', 'NODE_NAME'),
  place('k8s.container.name', 'container', 'CONTAINER_NAME'),
  place('k8s.deployment.name', 'deployment', 'DEPLOYMENT_NAME'),
  place('k8s.cluster.name', 'cluster', 'CLUSTER_NAME'),
];

function place(attribute: string, file: string, ...names: string[]): Place {
  const prefixed = ['OTEL_RESOURCE_ATTRIBUTES_', 'K8S_', 'MY_'].flatMap((prefix) =>
    names.map((name) => prefix + name),
  );
  // Without a prefix, the others say nothing about Kubernetes.
  const clear = names.filter((name) => name.startsWith('POD_') || name === 'NODE_NAME');
  return { attribute, file, variables: [...prefixed, ...clear] };
}

/**
 * A detector of the pod in which the process runs (semantic conventions: k8s): by the downward API, as
 * environment variables or as files; the namespace also by the service account, the pod's UID and the
 * container's name by the mounts. Asks nobody over the network. Nothing where `KUBERNETES_SERVICE_HOST`, which
 * Kubernetes sets everywhere, is not set.
 */
export function createKubernetesDetector(
  options: KubernetesDetectorOptions = {},
): ResourceDetector {
  return kubernetesDetectorIn('', options);
}

/** {@link createKubernetesDetector} with its defaults. */
export const kubernetesDetector: ResourceDetector = createKubernetesDetector();

/** The same, for a file system that begins elsewhere. */
export function kubernetesDetectorIn(
  root: string,
  { podInfo = '/etc/podinfo' }: KubernetesDetectorOptions = {},
): ResourceDetector {
  return Object.freeze({
    detect() {
      const env = ownEnvironment() ?? {};
      if (!env['KUBERNETES_SERVICE_HOST']) return {};
      return { attributes: podIn(env, new PodFiles(root, podInfo)), schemaUrl: SCHEMA_URL };
    },
  });
}

function podIn(env: Environment, files: PodFiles): DetectedResourceAttributes {
  return Object.fromEntries(
    PLACES.map((where) => {
      const variable = where.variables.find((name) => env[name]);
      return [where.attribute, variable ? env[variable] : files.find(where)];
    }),
  );
}

/** The files that tell about a pod; each is read when something has to be looked up there. */
class PodFiles {
  readonly #root: string;
  readonly #podInfo: string;
  #placement: Promise<Placement> | undefined;

  constructor(root: string, podInfo: string) {
    this.#root = root;
    this.#podInfo = podInfo;
  }

  async find({ attribute, file }: Place): Promise<string | undefined> {
    for (const name of [attribute, file]) {
      const text = await readFileLater(`${this.#root}${this.#podInfo}/${name}`);
      if (text) return text;
    }
    return this.#findElsewhere(attribute);
  }

  async #findElsewhere(attribute: string): Promise<string | undefined> {
    switch (attribute) {
      case 'k8s.namespace.name': {
        const folder = `${this.#root}/var/run/secrets/kubernetes.io/serviceaccount`;
        return (await readFileLater(`${folder}/namespace`)) || undefined;
      }
      case 'k8s.pod.uid':
        return (await this.#place()).podUid;
      case 'k8s.container.name':
        return (await this.#place()).containerName;
      default:
        return undefined;
    }
  }

  #place(): Promise<Placement> {
    return (this.#placement ??= readPlacement(this.#root));
  }
}
