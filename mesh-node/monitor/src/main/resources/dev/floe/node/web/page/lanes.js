// Where the blocks of the timeline lie: a lane for each slot of each node. Without a document, so that tests can call it.

/** The first index in a lane's blocks whose end is not before time. */
export function firstAt(blocks, time) {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle].slotEnd < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Puts each job into the first lane of its executor that is free; a cached job into the lane of its submitter's hits.
 * @param nodes {name, slots}, in the order of the view
 * @return rows of {node, lane, kind, blocks}; the blocks of a row are in order of time and do not overlap
 */
export function layOut(jobs, nodes) {
  const groups = new Map();
  const group = name => {
    let found = groups.get(name);
    if (!found) groups.set(name, found = { name, lanes: [], hits: null, slots: 0 });
    return found;
  };
  for (const node of nodes) {
    const own = group(node.name);
    own.slots = node.slots;
    for (let i = 0; i < Math.min(node.slots, 256); i++) own.lanes.push({ node: node.name, lane: i, kind: 'slot', blocks: [], until: -Infinity });
  }
  const sorted = jobs.slice().sort((a, b) => a.slotBegin - b.slotBegin);
  for (const job of sorted) {
    if (job.decision === 'cached') {
      const own = group(job.submitter || job.node);
      own.hits ??= { node: own.name, lane: -1, kind: 'hits', blocks: [], until: -Infinity };
      own.hits.blocks.push(job);
      continue;
    }
    const own = group(job.node);
    // Clocks and rounding make neighbours overlap by some milliseconds.
    let lane = own.lanes.find(one => one.until <= job.slotBegin + 5);
    if (!lane) own.lanes.push(lane = { node: own.name, lane: own.lanes.length, kind: 'slot', blocks: [], until: 0 });
    lane.blocks.push(job);
    lane.until = Math.max(lane.until, job.slotEnd);
  }
  const rows = [];
  for (const own of groups.values()) {
    rows.push(...own.lanes);
    if (own.hits) {
      own.hits.blocks.sort((a, b) => a.slotEnd - b.slotEnd);
      rows.push(own.hits);
    }
  }
  return rows;
}

/** A round step for the marks of an axis that shows so many milliseconds. */
export function tick(milliseconds, marks) {
  const least = milliseconds / marks;
  for (const step of [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 1800e3, 3600e3, 7200e3, 21600e3]) {
    if (step >= least) return step;
  }
  return 86_400_000;
}
