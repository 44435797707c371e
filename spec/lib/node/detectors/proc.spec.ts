import { expect } from 'chai';
import fc from 'fast-check';
import { parseCgroup, parseMountinfo, placementFrom } from '../../../../lib/node/detectors/proc.js';

const ID = '0123456789abcdef'.repeat(4);
const OTHER = 'fedcba9876543210'.repeat(4);
const UID = '1f4a7c0e-2b3d-4e5f-8a9b-0c1d2e3f4a5b';
const SLICE_UID = UID.replaceAll('-', '_');

/** One line of mountinfo. */
const mount = (root: string, point: string): string =>
  `700 650 254:1 ${root} ${point} rw,relatime - ext4 /dev/vda1 rw`;

describe('where a process runs, by its control groups', () => {
  const IN_A_CONTAINER: Record<string, string> = {
    'Docker, cgroup v1': `12:pids:/docker/${ID}\n11:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}`,
    'Docker, cgroup v2': `0::/docker/${ID}`,
    'Docker under systemd': `0::/system.slice/docker-${ID}.scope`,
    'Docker in Docker': `3:cpu:/docker/${OTHER}/docker/${ID}`,
    'containerd under systemd': `0::/system.slice/cri-containerd-${ID}.scope`,
    'containerd with colons': `1:cpu:/system.slice/containerd.service/a.slice:cri-containerd:${ID}`,
    'CRI-O': `0::/machine.slice/crio-${ID}.scope`,
    Podman: `0::/machine.slice/libpod-${ID}.scope/container`,
    'Podman without root': `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
    'AWS ECS on EC2': `9:perf_event:/ecs/0af3e4d5-1c2b-4d3e-8f9a-5b6c7d8e9f0a/${ID}`,
  };
  for (const [what, cgroup] of Object.entries(IN_A_CONTAINER)) {
    it(`finds the container: ${what}`, () => {
      expect(placementFrom(cgroup, '')).to.deep.equal({ containerId: ID });
    });
  }

  it('finds the container: AWS Fargate', () => {
    const task = 'a'.repeat(32);
    const cgroup = `3:cpuset:/ecs/${task}/${task}-1234567890`;
    expect(placementFrom(cgroup, '').containerId).to.equal(`${task}-1234567890`);
  });

  const IN_A_POD: Record<string, string> = {
    'cgroup v1': `5:cpu:/kubepods/burstable/pod${UID}/${ID}`,
    guaranteed: `5:cpu:/kubepods/pod${UID}/${ID}`,
    'under systemd':
      '0::/kubepods.slice/kubepods-besteffort.slice/' +
      `kubepods-besteffort-pod${SLICE_UID}.slice/cri-containerd-${ID}.scope`,
    'kind, below the kubelet': `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${SLICE_UID}.slice/cri-containerd-${ID}.scope`,
    'with colons': `8:pids:/system.slice/containerd.service/kubepods-burstable-pod${SLICE_UID}.slice:cri-containerd:${ID}`,
  };
  for (const [what, cgroup] of Object.entries(IN_A_POD)) {
    it(`finds container and pod: ${what}`, () => {
      expect(placementFrom(cgroup, '')).to.deep.equal({ containerId: ID, podUid: UID });
    });
  }

  it('finds a static pod, whose UID has no dashes', () => {
    const uid = UID.replaceAll('-', '');
    expect(placementFrom(`4:cpu:/kubepods/pod${uid}/${ID}`, '').podUid).to.equal(uid);
  });

  for (const [what, cgroup] of Object.entries({
    'no container': '0::/user.slice/user-1000.slice/session-3.scope\n',
    'its own part of cgroup v2 alone': '0::/\n',
    'the watcher of a container': `0::/machine.slice/libpod-conmon-${ID}.scope`,
    'a service with a long name': `0::/system.slice/${ID}${ID}.service`,
    'a pod of other things': `0::/system.slice/pod${UID}.service`,
  })) {
    it(`finds nothing in ${what}`, () => {
      expect(placementFrom(cgroup, '')).to.deep.equal({});
    });
  }
});

describe('where a process runs, by its mounts', () => {
  it('finds the container: Docker with cgroup v2', () => {
    const mountinfo = [
      mount('/', '/'),
      mount(`/var/lib/docker/containers/${ID}/resolv.conf`, '/etc/resolv.conf'),
      mount(`/var/lib/docker/containers/${ID}/hostname`, '/etc/hostname'),
    ].join('\n');
    expect(placementFrom('0::/', mountinfo)).to.deep.equal({ containerId: ID });
  });

  it('finds the container: Docker, whose folder is a file system of its own', () => {
    const mountinfo = mount(`/docker/containers/${ID}/hostname`, '/etc/hostname');
    expect(placementFrom('0::/', mountinfo)).to.deep.equal({ containerId: ID });
  });

  it('finds the container: Podman', () => {
    const root = `/containers/storage/overlay-containers/${ID}/userdata`;
    for (const [file, point] of [
      ['hostname', '/etc/hostname'],
      ['.containerenv', '/run/.containerenv'],
    ]) {
      expect(placementFrom('', mount(`${root}/${file}`, point!)).containerId).to.equal(ID);
    }
  });

  it('finds pod and container name on Kubernetes, and does not take the sandbox for the container', () => {
    const pod = `/var/lib/kubelet/pods/${UID}`;
    const mountinfo = [
      mount(`/var/lib/docker/containers/${OTHER}/hostname`, '/etc/hostname'),
      mount(`${pod}/etc-hosts`, '/etc/hosts'),
      mount(`${pod}/containers/checkout/0a1b2c3d`, '/dev/termination-log'),
    ].join('\n');
    expect(placementFrom('0::/', mountinfo)).to.deep.equal({
      podUid: UID,
      containerName: 'checkout',
    });
  });

  it('knows Kubernetes by the service account too', () => {
    const mountinfo = [
      mount('/', '/run/secrets/kubernetes.io/serviceaccount'),
      mount(`/containers/storage/overlay-containers/${OTHER}/userdata/hostname`, '/etc/hostname'),
    ].join('\n');
    expect(placementFrom('0::/', mountinfo)).to.deep.equal({});
  });

  it('does not take a mounted folder with such a name for it', () => {
    const mountinfo = mount(`/backup/containers/${ID}/hostname`, '/data');
    expect(placementFrom('0::/', mountinfo)).to.deep.equal({});
  });

  it('believes the control group rather than the mounts', () => {
    const mountinfo = mount(`/var/lib/docker/containers/${OTHER}/hostname`, '/etc/hostname');
    expect(placementFrom(`0::/docker/${ID}`, mountinfo).containerId).to.equal(ID);
  });
});

describe('reading the files of /proc', () => {
  const odd = fc.constantFrom('with space', 'tab\t', 'back\\slash', '\\040');
  const path = fc
    .array(fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), odd), {
      minLength: 1,
      maxLength: 5,
    })
    .map((segments) => `/${segments.join('/').replace(/[\n\r]/g, '')}`);

  /** As the kernel writes a path. */
  const escaped = (text: string): string =>
    text.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);

  it('finds every path of control groups, whatever is in it', () => {
    const controllers = fc.constantFrom('', 'cpu', 'cpu,cpuacct', 'name=systemd');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(99), controllers, path)), (lines) => {
        const text = lines.map((fields) => fields.join(':')).join('\n');
        expect(parseCgroup(`${text}\n`)).to.deep.equal(lines.map(([, , at]) => at));
      }),
    );
  });

  it('finds every mount, whatever is in its paths', () => {
    const tags = fc.constantFrom('', 'shared:1 ', 'shared:1 master:2 ');
    fc.assert(
      fc.property(fc.array(fc.tuple(path, path, tags)), (mounts) => {
        const lines = mounts.map(
          ([root, point, tag], i) =>
            `${i} 1 0:${i} ${escaped(root)} ${escaped(point)} rw ${tag}- ext4 /dev/x rw`,
        );
        expect(parseMountinfo(lines.join('\n'))).to.deep.equal(
          mounts.map(([root, point]) => ({ root, point })),
        );
      }),
    );
  });

  it('never throws, whatever the files hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.string({ unit: 'binary-ascii' }),
        (one, other) => {
          expect(placementFrom(one, other)).to.be.an('object');
        },
      ),
    );
  });

  it('tells nothing but ids of the right form', () => {
    const words = '/ : - docker kubepods pod conmon .scope .slice 0:: containers /etc/hostname';
    const piece = fc.constantFrom(ID, UID, SLICE_UID, ' ', '\n', '1 2 0:1 ', ...words.split(' '));
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (cgroup, mountinfo) => {
        const { containerId = ID, podUid = UID } = placementFrom(cgroup, mountinfo);
        expect([containerId, podUid]).to.deep.equal([ID, UID]);
      }),
    );
  });
});
