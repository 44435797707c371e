import { checkPage, writePage } from './page-file.js';
import { readTitles } from './titles.js';

/*
 * Writes docs/compliance.md from the ids that the titles of the specs name; with --check it writes
 * nothing, and fails when the page is out of date. Either way it fails on a fact that has neither a spec
 * nor a reason, and on an id that does not exist.
 */
const titles = readTitles();
const faults = process.argv.includes('--check') ? checkPage(titles) : writePage(titles);
for (const fault of faults) console.error(fault);
console.log(
  `${titles.length} specs read, ${faults.length === 0 ? 'nothing' : faults.length} wrong`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
