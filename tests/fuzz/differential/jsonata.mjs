// Compares Weft's JSONata with the reference implementation on generated expressions.
//
//   node jsonata.mjs --weft build/weft [--seconds 60] [--seed 1] [--expression EXPR [--data JSON]]
//
// Prints what differs, each kind of difference once, and ends with 1 if anything does. A run is determined by its seed;
// the seed of each expression is printed with it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import jsonata from 'jsonata';
import { document, expression, seeded } from './expressions.mjs';

process.env.TZ = 'UTC';
const { values: options } = parseArgs({ options: {
  weft: { type: 'string', default: 'build/weft' }, seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' },
  expression: { type: 'string' }, data: { type: 'string' }, show: { type: 'string', default: '20' } } });

// Limits of time, depth and size are each one's own.
const limits = new Set(['D1011', 'D1012', 'D2014', 'D2015', 'U1001', 'U1002', 'U1003']);

// The reference notes on a function where it was called last, and reports that in the next error: each evaluation is to
// begin without such notes.
const names = `abs append assert average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent distinct each encodeUrl
  encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge
  millis min not now number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt string substring
  substringAfter substringBefore sum toMillis trim type uppercase zip`.split(/\s+/);
const natives = await Promise.all(names.map((name) => jsonata(`$${name}`).evaluate()));

async function reference(text, data) {
  for (const native of natives) {
    delete native.token;
    delete native.position;
  }
  try {
    const compiled = jsonata(text, { timeout: 1000, stack: 200 });
    const value = await compiled.evaluate(data);
    if (value === undefined) return { undefined: true };
    if (typeof value === 'number' && !Number.isFinite(value)) return { unknown: 'no JSON number' };
    const written = JSON.stringify(value, (key, each) => {
      if (each === undefined && /^\d+$/.test(key)) throw new Error('nothing as an item');
      if (typeof each === 'number' && !Number.isFinite(each)) throw new Error('no JSON number');
      return typeof each === 'function' || each?._jsonata_lambda || each?._jsonata_function ? '' : each;
    });
    return written === undefined ? { unknown: 'a function' } : { result: JSON.parse(written) };
  } catch (error) {
    // What has no code is no error of JSONata, but a fault of the implementation.
    return error?.code ? { error } : { unknown: error?.message ?? String(error) };
  }
}

function same(left, right) {
  if (typeof left === 'number' && typeof right === 'number')
    return left === right || Math.abs(left - right) <= 1e-12 * Math.max(Math.abs(left), Math.abs(right));
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (Array.isArray(left)) return left.length === right.length && left.every((item, i) => same(item, right[i]));
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]));
}

// The kind of a difference, or null.
function difference(text, wanted, got) {
  if (wanted.unknown || limits.has(wanted.error?.code) || limits.has(got.error?.code)) return null;
  const kind = (answer) => (answer.error ? answer.error.code : answer.undefined ? 'undefined' : 'a result');
  // The reference evaluates the items of a constructor at one time: which of two errors comes first is left open.
  if (wanted.error && got.error && wanted.error.code !== got.error.code && /[[{].*,/.test(text)) return null;
  if (kind(wanted) !== kind(got)) return `${kind(got)} instead of ${kind(wanted)}`;
  if (wanted.error) {
    // Where a call is under way, the reference says where the outermost one stands; Weft, where the fault is.
    const members = wanted.error.code[0] === 'S' || !text.includes('(') ? ['position', 'index'] : ['index'];
    // A function that was called before in the same evaluation has a note of it.
    if (text.split(`$${wanted.error.token}`).length <= 2) members.push('token');
    for (const member of members)
      if (typeof wanted.error[member] !== 'object' && !same(wanted.error[member], got.error[member])) return `${wanted.error.code}: another ${member}`;
    return null;
  }
  return wanted.undefined || same(wanted.result, got.result) ? null : 'another result';
}

class Weft {
  constructor() {
    this.waiting = new Map();
    this.process = spawn(options.weft, ['eval', '--batch'], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      const answer = JSON.parse(line);
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    this.process.stdin.on('error', () => {});  // it ended; see below
    this.process.on('close', (code, signal) => {
      this.end = `${signal ?? `exit ${code}`}`;
      for (const answer of this.waiting.values()) answer({ end: this.end });
    });
  }
  ask(id, text, data) {
    if (this.end) return Promise.resolve({ end: this.end });
    const question = { id, language: 'JSONata', expr: text, timelimit_ms: 1000 };
    if (data !== undefined) question.data = data;
    return new Promise((answer) => {
      this.waiting.set(id, answer);
      this.process.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }
}
let weft = new Weft();

// Where the process ends, each question that it left open is asked again of a process of its own.
async function answersTo(questions) {
  const answers = await Promise.all(questions.map(({ id, text, data }) => weft.ask(id, text, data)));
  for (const [i, { id, text, data }] of questions.entries()) {
    if (!answers[i].end) continue;
    if (weft.end) weft = new Weft();
    answers[i] = await weft.ask(id, text, data);
    if (answers[i].end) answers[i] = { error: { code: answers[i].end } };
  }
  return answers;
}

const shown = (answer) => JSON.stringify(answer.error ? { ...answer.error, stack: undefined } : answer).slice(0, 400);
const kinds = new Map();
let compared = 0;
let passed = 0;
async function compare(questions) {
  const answers = answersTo(questions);
  const wanted = [];
  for (const { text, data } of questions) wanted.push(await reference(text, data));
  const got = await answers;
  for (const [i, question] of questions.entries()) {
    ++compared;
    if (!wanted[i].unknown && !wanted[i].error) ++passed;
    const kind = difference(question.text, wanted[i], got[i]);
    if (kind === null) continue;
    if (!kinds.has(kind)) kinds.set(kind, []);
    kinds.get(kind).push({ ...question, wanted: wanted[i], got: got[i] });
  }
}

if (options.expression !== undefined) {
  await compare([{ id: '0', text: options.expression, data: options.data === undefined ? undefined : JSON.parse(options.data) }]);
} else {
  const end = Date.now() + Number(options.seconds) * 1000;
  for (let seed = Number(options.seed); Date.now() < end;) {
    await compare(Array.from({ length: 64 }, () => {
      const random = seeded(seed);
      const data = document(random);
      return { id: String(seed++), text: expression(random, 1 + random.below(4)), data };
    }));
  }
}
weft.process.stdin.end();

const size = (example) => example.text.length + JSON.stringify(example.data)?.length / 8;
for (const [kind, examples] of [...kinds].sort((left, right) => right[1].length - left[1].length).slice(0, Number(options.show))) {
  const [least] = examples.sort((left, right) => size(left) - size(right));
  console.log(`\n${kind} (${examples.length} times), the shortest by seed ${least.id}:\n  ${least.text}\n  data: ${JSON.stringify(least.data)}\n  reference: ${shown(least.wanted)}\n  weft:      ${shown(least.got)}`);
}
const differences = [...kinds.values()].reduce((sum, each) => sum + each.length, 0);
console.log(`${compared} expressions compared, ${passed} of them with a result, ${differences} differ`);
process.exit(differences > 0 ? 1 : 0);
