/* Compiled, not run: the types of the doctor. */
import {
  start,
  type Doctor,
  type DoctorOptions,
  type Finding,
  type FindingDetail,
} from '../../lib/index.js';

const options: DoctorOptions = { openSeconds: 10, write: (text: string) => console.log(text) };
start({ doctor: true });
export const doctor: Doctor | undefined = start({ doctor: options }).doctor;
export const findings: readonly Finding[] = doctor?.findings() ?? [];
export const detail: FindingDetail | undefined = findings[0]?.details[0];
// @ts-expect-error there is no such option
start({ doctor: { open: 10 } });
