// Koa over the newest API, with packages of the 2.x line, whose own range ends before it.
export { instrumentations, run } from '../koa/program.js';
