// In a worker this would end it before it sends.
if (!require('node:worker_threads').isMainThread) throw new Error('preloaded');
