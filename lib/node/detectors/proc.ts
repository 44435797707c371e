/** Where a process runs, as far as the files of `/proc/self` tell. */
export interface Placement {
  readonly containerId?: string;
  /** The UID of the Kubernetes pod. */
  readonly podUid?: string;
  /** The name of the container within the pod. */
  readonly containerName?: string;
}

/**
 * Reads `/proc/self/cgroup` and `/proc/self/mountinfo` (cgroups(7), proc_pid_mountinfo(5)). The path of the
 * control group names container and pod, with cgroup v1 always, with v2 where the process sees more of the
 * hierarchy than its own part. Else the mounts do, which the runtime has put into the container.
 */
export function placementFrom(cgroup: string, mountinfo: string): Placement {
  const paths = parseCgroup(cgroup);
  const mounts = parseMountinfo(mountinfo);
  const podUid = first(paths, podOfCgroup) ?? first(mounts, ({ root }) => podOfMount(root));
  const inPod = podUid !== undefined || mounts.some(isOfKubernetes);
  const containerId =
    first(paths, containerOfCgroup) ??
    // In a pod these files are those of its sandbox, which is a container of its own with another id.
    (inPod ? undefined : first(mounts, containerOfMount));
  const containerName = first(mounts, ({ root }) => containerNameOfMount(root));
  return {
    ...(containerId !== undefined && { containerId }),
    ...(podUid !== undefined && { podUid }),
    ...(containerName !== undefined && { containerName }),
  };
}

/** The paths in a file `cgroup`, whose lines are `hierarchy:controllers:path`. */
export function parseCgroup(text: string): string[] {
  return text.split('\n').flatMap((line) => /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1] ?? []);
}

/** One mount: which part of another file system, and where. */
export interface Mount {
  readonly root: string;
  readonly point: string;
}

/** The mounts in a file `mountinfo`. Lines that are none are left out. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [id, , device, root, point] = line.split(' ');
    if (!/^\d+$/.test(id!) || !/^\d+:\d+$/.test(device ?? '') || !root || !point) return [];
    return [{ root: unescaped(root), point: unescaped(point) }];
  });
}

/** White space and backslashes stand as three octal digits. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/**
 * The last segment of a path, which runtimes write as `<id>`, `docker-<id>.scope`, `cri-containerd-<id>.scope`,
 * `libpod-<id>.scope`, `<slice>:cri-containerd:<id>`, and on AWS ECS `<task>-<number>`. A `conmon` watches over a
 * container and is none.
 */
function containerOfCgroup(path: string): string | undefined {
  const segments = path.split('/');
  // Podman puts a `container` below the group that it makes.
  const segment = segments.at(-1) === 'container' ? segments.at(-2)! : segments.at(-1)!;
  if (segment.includes('conmon')) return undefined;
  return (
    /(?:^|[-:])([0-9a-f]{64})(?:\.scope)?$/.exec(segment)?.[1] ??
    /^([0-9a-f]{32}-\d+)$/.exec(segment)?.[1]
  );
}

/** `/kubepods/burstable/pod<uid>/…`, or `kubepods-burstable-pod<uid>.slice`, which has `_` for `-`. */
function podOfCgroup(path: string): string | undefined {
  if (!path.includes('kubepods')) return undefined;
  const uid = /[/-]pod([0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12})(?=[./:]|$)/.exec(path);
  return uid?.[1]?.replaceAll('_', '-');
}

/** The files that Docker and Podman put over those of the image lie beside the container's own. */
function containerOfMount({ root, point }: Mount): string | undefined {
  if (point !== '/etc/hostname' && point !== '/run/.containerenv') return undefined;
  return /\/(?:overlay-)?containers\/([0-9a-f]{64})\//.exec(root)?.[1];
}

/** What the kubelet puts into a container lies in a folder of the pod. */
function podOfMount(root: string): string | undefined {
  return /\/pods\/([0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12})\//.exec(root)?.[1];
}

function containerNameOfMount(root: string): string | undefined {
  return /\/pods\/[0-9a-f-]+\/containers\/([a-z0-9-]+)\//.exec(root)?.[1];
}

function isOfKubernetes({ point }: Mount): boolean {
  return point.endsWith('/run/secrets/kubernetes.io/serviceaccount');
}

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
