import type {
  AttributesData,
  LinkData,
  OptionsData,
  Program,
  SamplerData,
  SetUp,
  Step,
} from './program.js';

/** Where attributes are given. */
export type Where = 'span' | 'event' | 'link';

/** How the parts of a program are said in another way; each part is left as it is by default. */
export interface Rewriting {
  setUp?: (setUp: SetUp) => SetUp;
  attributes?: (attributes: AttributesData, where: Where, setUp: SetUp) => AttributesData;
  time?: (time: unknown) => unknown;
  name?: (name: unknown) => unknown;
  link?: (link: LinkData | null) => LinkData | null;
  options?: (options: OptionsData | null | undefined) => OptionsData | null | undefined;
  step?: (step: Step) => Step;
  /** All steps of the program, not those below them. */
  steps?: (steps: readonly Step[]) => readonly Step[];
}

/** The program said in another way. */
export function rewritten(program: Program, rewriting: Rewriting): Program {
  const same = <T>(part: T): T => part;
  const {
    setUp: rewriteSetUp = same,
    attributes: rewriteAttributes = same,
    time = same,
    name = same,
    link: rewriteLink = same,
    options: rewriteOptions = same,
    step: rewriteStep = same,
    steps: rewriteSteps = same,
  } = rewriting;
  const { setUp } = program;

  function attributes(key: string, of: object, where: Where): object {
    return key in of
      ? { [key]: rewriteAttributes((of as Record<string, AttributesData>)[key], where, setUp) }
      : {};
  }

  function times(key: string, of: object): object {
    return key in of ? { [key]: time((of as Record<string, unknown>)[key]) } : {};
  }

  function link(data: LinkData | null): LinkData | null {
    const better = rewriteLink(data);
    return better && { ...better, ...attributes('attributes', better, 'link') };
  }

  function options(data: OptionsData | null | undefined): OptionsData | null | undefined {
    const better = rewriteOptions(data);
    return (
      better && {
        ...better,
        ...attributes('attributes', better, 'span'),
        ...(better.links && { links: better.links.map(link) }),
        ...times('startTime', better),
      }
    );
  }

  function optionsOf(of: { options?: OptionsData | null }): object {
    return 'options' in of ? { options: options(of.options) } : {};
  }

  function step(data: Step): Step {
    const better = rewriteStep(data);
    switch (better.do) {
      case 'start':
        return { ...better, name: name(better.name), ...optionsOf(better) };
      case 'startActive':
        return {
          ...better,
          name: name(better.name),
          ...optionsOf(better),
          steps: better.steps.map(step),
        };
      case 'with':
        return { ...better, steps: better.steps.map(step) };
      case 'both':
        return { ...better, steps: better.steps.map(step), others: better.others.map(step) };
      case 'setAttribute':
        return attributeStep(better, rewriteAttributes, setUp);
      case 'setAttributes':
        return { ...better, ...attributes('attributes', better, 'span') };
      case 'addEvent':
        return {
          ...better,
          name: name(better.name),
          ...attributes('attributes', better, 'event'),
          ...times('time', better),
          ...(better.times && { times: better.times.map(time) }),
        };
      case 'addLink':
        return { ...better, link: link(better.link) };
      case 'addLinks':
        return { ...better, links: better.links.map(link) };
      case 'recordException':
        return { ...better, ...attributes('more', better, 'event'), ...times('time', better) };
      case 'updateName':
        return { ...better, name: name(better.name) };
      case 'end':
        return { ...better, ...times('time', better) };
      default:
        return better;
    }
  }

  const steps = rewriteSteps(program.steps).map(step);
  return { setUp: withAttributes(rewriteSetUp(setUp), rewriteAttributes), steps };
}

/** One attribute is rewritten as attributes are; what becomes of it may be none. */
function attributeStep(
  step: Extract<Step, { do: 'setAttribute' }>,
  rewrite: NonNullable<Rewriting['attributes']>,
  setUp: SetUp,
): Step {
  const { span, key, value } = step;
  if (typeof key !== 'string') return step;
  const attributes = Object.fromEntries([[key, value]]);
  const better = rewrite(attributes, 'span', setUp);
  return better === attributes ? step : { do: 'setAttributes', span, attributes: better };
}

/** The attributes that samplers and processors of the program give. */
function withAttributes(setUp: SetUp, rewrite: NonNullable<Rewriting['attributes']>): SetUp {
  const { sampler, processors } = setUp;
  const better = (attributes: AttributesData) => rewrite(attributes, 'span', setUp);
  return {
    ...setUp,
    ...(sampler !== undefined && { sampler: samplerWith(sampler, better) }),
    ...(processors && {
      processors: processors.map((processor) =>
        typeof processor === 'string' ? processor : mapped(processor, better),
      ),
    }),
  };
}

function samplerWith(
  sampler: SamplerData,
  better: (attributes: AttributesData) => AttributesData,
): SamplerData {
  if (typeof sampler === 'string') return sampler;
  if ('parentBased' in sampler) {
    return {
      parentBased: mapped<SamplerData, string>(sampler.parentBased, (of) =>
        samplerWith(of, better),
      ),
    };
  }
  return 'attributes' in sampler ? { ...sampler, attributes: better(sampler.attributes) } : sampler;
}

function mapped<T, K extends string>(of: Readonly<Partial<Record<K, T>>>, change: (part: T) => T) {
  return Object.fromEntries(
    Object.entries(of).map(([key, part]) => [key, change(part as T)]),
  ) as Record<K, T>;
}
