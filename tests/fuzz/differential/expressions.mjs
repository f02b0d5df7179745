// Random JSONata expressions that mostly mean something: each has the type that its place wants, now and then another.

// A generator of numbers that a seed determines (mulberry32).
export function seeded(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    real: next,
    below: (n) => Math.floor(next() * n),
    chance: (p) => next() < p,
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

const names = ['a', 'b', 'c', 'd', 'items', 'price', '`x y`'];
const texts = ['', 'a', 'abc', 'Hello World', 'x y', '12', '-3.5', '0x1F', 'true', 'a,b;c', 'straße', '日本', '😀!', 'aXbXc', '  pad  ', '2017-10-30T16:25:32.935Z'];
const numbers = ['0', '1', '2', '3', '10', '-1', '0.5', '2.5', '-2.5', '1e3', '1e-7', '123456.789', '1e21', '0.1', '1.005', '100'];
const patterns = ['/a/', '/[a-z]+/', '/(\\w)(\\d)?/', '/X/', '/b|c/i', '/\\s+/', '/^a/m', '/(?:o)(.)/', '/[^a-c,]/', '/(a)|(b)/', '/./', '/l{2}/', '/\\u00df/'];
const numberPictures = ['#,##0.00', '0', '000', '#.##', '0.0e0', '00%', '#,##0;(#,##0)', '0.###', '#,##,##0.0', '0.0.0', '#0#', ''];
const integerPictures = ['0', '000', '#,##0', 'w', 'W', 'Ww', 'I', 'i', 'A', 'a', '0;o', 'w;o', '٠', 'x'];
const datePictures = ['[Y0001]-[M01]-[D01]', '[D1o] [MNn] [Y]', '[H01]:[m01]:[s01].[f001]', '[h]:[m] [P]', '[FNn], [d]', '[X]-W[W01]-[F1]', '[Y,2-2]', '[Z] [z]', '[Q]', '[Y', '[w] [x]', '[MN,3-3]'];
const quoted = (text) => JSON.stringify(text);

// Functions by the type of what they give; arguments by type, `?` behind what may be left out.
const functions = {
  number: ['$length s', '$number S', '$abs n', '$floor n', '$ceil n', '$round n i?', '$power n i', '$sqrt n', '$sum N', '$max N', '$min N', '$average N', '$count A',
    '$parseInteger s P', '$toMillis T', '$toMillis s D', '$indexOf s s'],
  string: ['$string v', '$substring s i i?', '$substringBefore s s', '$substringAfter s s', '$uppercase s', '$lowercase s', '$trim s', '$pad s i s?', '$join L s?',
    '$replace s s s i?', '$replace s R s i?', '$base64encode s', '$base64decode s', '$encodeUrl s', '$encodeUrlComponent s', '$decodeUrl s', '$formatNumber n F',
    '$formatBase n i?', '$formatInteger n P', '$fromMillis m', '$fromMillis m D', '$fromMillis m D Z', '$type v', '$replace s R f'],
  boolean: ['$contains s s', '$contains s R', '$boolean v', '$not v', '$exists v'],
  array: ['$split s s i?', '$split s R i?', '$match s R i?', '$append A A', '$reverse A', '$distinct A', '$sort L', '$sort N', '$keys o', '$spread o', '$zip A A', '$map A l',
    '$filter A l', '$each o l', '$sort A c'],
  any: ['$lookup o s', '$reduce N r', '$single A l', '$merge O', '$sift o l', '$error s', '$assert b s'],
};

export function expression(random, depth = 4) {
  const { below, chance, pick } = random;
  let variables = [];

  const literal = {
    number: () => pick(numbers), string: () => quoted(pick(texts)), boolean: () => pick(['true', 'false']),
    array: () => `[${list(below(4), () => literal[pick(['number', 'number', 'string'])]())}]`,
    object: () => `{${list(below(3), () => `${quoted(pick(['a', 'b', 'x y', '1st']))}: ${literal.number()}`)}}`,
    any: () => pick(['null', '1', '"a"', 'true', '[]', '{}']),
  };
  const list = (count, make) => Array.from({ length: count }, make).join(', ');

  function step(left) {
    const kind = below(12);
    if (kind < 6) return pick(names);
    if (kind < 7) return pick(['*', '**']);
    if (kind < 8) return `(${make(pick(['number', 'any', 'string']), left - 1)})`;
    if (kind < 9) return `{${quoted(pick(['k', 'a']))}: ${make('any', left - 1)}}`;
    if (kind < 10) return `[${make('any', left - 1)}]`;
    if (kind < 11) return pick(['$', '%', '%.a', '$string($)']);
    return `$uppercase(${pick(names)})`;
  }
  function stage(left) {
    const kind = below(14);
    if (kind < 2) return `[${below(4) - 1}]`;
    if (kind < 4) return `[${make('boolean', left - 1)}]`;
    if (kind < 5) return `[${pick(names)} ${pick(['=', '>', '!=', '<='])} ${literal[pick(['number', 'string'])]()}]`;
    if (kind < 6) return '[]';
    if (kind < 7) return `^(${pick(['', '<', '>'])}${pick(names)})`;
    if (kind < 8) return `^(${pick(['$', '>$', '-$'])})`;
    if (kind < 9) return `{${make('string', left - 1)}: ${make('any', left - 1)}}`;
    if (kind < 10) return '@$v';
    if (kind < 11) return '#$i';
    return '';
  }
  function path(left) {
    let text = pick([...names, ...names, '$', '$$', '*', ...variables]);
    if (chance(0.4)) text += stage(left);
    for (let count = below(3); count > 0; --count) {
      text += `.${step(left)}`;
      if (chance(0.4)) text += stage(left);
    }
    return text;
  }
  function lambda(parameters, body, left) {
    const outer = variables;
    variables = [...variables, ...parameters];
    const text = `function(${parameters.join(', ')}) { ${make(body, left - 1)} }`;
    variables = outer;
    return text;
  }
  const argument = {
    s: (l) => make('string', l), n: (l) => make('number', l), i: () => String(below(8) - 3), b: (l) => make('boolean', l), v: (l) => make('any', l),
    o: (l) => make('object', l), A: (l) => make('array', l), S: (l) => make(pick(['string', 'boolean', 'number']), l),
    N: (l) => `[${list(below(4), () => make('number', l - 1))}]`, L: (l) => `[${list(below(4), () => make('string', l - 1))}]`,
    O: (l) => `[${list(below(3), () => make('object', l - 1))}]`, R: () => pick(patterns), F: () => quoted(pick(numberPictures)), P: () => quoted(pick(integerPictures)),
    D: () => quoted(pick(datePictures)), Z: () => quoted(pick(['+0000', '+0530', '-0500', '0100'])), m: () => String(below(2e9) * 1000 + below(1000)),
    T: () => quoted(pick(['2017-10-30T16:25:32.935Z', '2017-10-30', '2017', '2017-10-30T16:25:32+0100', '2017-02-31', 'x', '20171030'])),
    l: (l) => lambda(['$x', ...(chance(0.4) ? ['$y'] : [])], pick(['any', 'boolean', 'number']), l), r: (l) => lambda(['$p', '$q'], 'number', l),
    c: () => pick(['function($l, $r) { $l > $r }', 'function($l, $r) { $l.a > $r.a }']), f: () => pick(['function($m) { $uppercase($m.match) }', 'function($m) { $m.groups[0] & "!" }', '$length']),
  };
  function call(type, left) {
    const [name, ...wanted] = pick(functions[type]).split(' ');
    const given = [];
    for (const each of wanted) {
      if (each.endsWith('?') && chance(0.5)) break;
      given.push(argument[each[0]](left - 1));
    }
    if (chance(0.03)) given.pop();
    if (chance(0.1) && given.length > 0) return `${given[0]} ~> ${name}(${given.slice(1).join(', ')})`;
    return `${name}(${given.join(', ')})`;
  }
  const typed = {
    number: (l) => pick([
      () => `${make('number', l - 1)} ${pick(['+', '-', '*', '/', '%'])} ${make('number', l - 1)}`, () => `-${make('number', l - 1)}`, () => call('number', l), () => call('number', l)])(),
    string: (l) => pick([() => `${make('any', l - 1)} & ${make('string', l - 1)}`, () => call('string', l), () => call('string', l)])(),
    boolean: (l) => pick([
      () => `${make('any', l - 1)} ${pick(['=', '!='])} ${make('any', l - 1)}`, () => { const t = pick(['number', 'string']); return `${make(t, l - 1)} ${pick(['<', '<=', '>', '>='])} ${make(t, l - 1)}`; },
      () => `${make('boolean', l - 1)} ${pick(['and', 'or'])} ${make('boolean', l - 1)}`, () => `${make('any', l - 1)} in ${make('array', l - 1)}`, () => call('boolean', l)])(),
    array: (l) => pick([() => `[${list(below(4), () => make('any', l - 1))}]`, () => `[${below(5) - 2}..${below(6)}]`, () => call('array', l), () => path(l)])(),
    object: (l) => pick([() => `{${list(below(3), () => `${make('string', l - 2)}: ${make('any', l - 1)}`)}}`, () => path(l), () => `${path(l)} ~> |${pick(names)}|${make('object', l - 2)}${chance(0.3) ? `, ${quoted(pick(names))}` : ''}|`])(),
    any: (l) => pick([
      () => path(l), () => path(l), () => make(pick(['number', 'string', 'boolean', 'array', 'object']), l), () => make(pick(['number', 'string', 'boolean', 'array', 'object']), l),
      () => `${make('boolean', l - 1)} ? ${make('any', l - 1)}${chance(0.7) ? ` : ${make('any', l - 1)}` : ''}`, () => `${make('any', l - 1)} ${pick(['??', '?:'])} ${make('any', l - 1)}`,
      () => call('any', l), () => block(l), () => row(l), () => `${lambda(['$n'], 'any', l)}(${make('any', l - 1)})`, () => `$map(${make('array', l - 1)}, $uppercase)`,
      () => `(${call(pick(['number', 'string']), l)}).${step(l)}`])(),
  };
  // Operators without brackets: from four on, a row of them is compiled in another way.
  function row(left) {
    let text = make(pick(['number', 'string', 'any']), left - 1);
    const operators = pick([['+', '-', '*'], ['&'], ['and', 'or'], ['=', '<'], ['+', '-', '*', '/', '%', '&', '=', '!=', '<', '>=', 'in', 'and', 'or', '&']]);
    for (let count = 2 + below(6); count > 0; --count)
      text += chance(0.1) ? ` ~> ${pick(['$string', '$count', '$append(1)', '$boolean'])}` : ` ${pick(operators)} ${make(pick(['number', 'string', 'any']), left - 1)}`;
    return text;
  }
  function block(left) {
    const outer = variables;
    const name = pick(['$u', '$w']);
    const bound = `${name} := ${make('any', left - 1)}`;
    variables = [...variables, name];
    const text = `(${bound}; ${make('any', left - 1)})`;
    variables = outer;
    return text;
  }
  function make(type, left) {
    if (chance(0.04)) type = pick(Object.keys(typed));
    if (left <= 0) return chance(0.5) ? literal[type]() : pick([...names, ...variables, '$']);
    if (chance(0.25)) return path(left);
    const text = typed[type](left);
    return /^[$\w]+(\(.*\))?$/.test(text) ? text : `(${text})`;
  }
  // Every third is a function of plain arguments, for what functions do with odd ones.
  if (chance(0.33)) return call(pick(Object.keys(functions)), 1);
  return typed.any(depth);
}

// A document: an object at the top, mostly, that has most of the names that expressions use.
export function document(random) {
  const { below, chance } = random;
  if (chance(0.1)) return value(random, 3);
  const object = {};
  for (const name of ['a', 'b', 'c', 'd', 'items', 'price', 'x y']) if (chance(0.8)) object[name] = value(random, 1 + below(3));
  return object;
}

function value(random, depth) {
  const { below, chance, pick } = random;
  if (depth === 0 || chance(0.15))
    return pick([() => below(10), () => pick([2.5, -1, 0.1, 1e21, 1 / 3, 12345.678]), () => pick(texts), () => chance(0.5), () => null])();
  if (chance(0.45)) return Array.from({ length: below(5) }, () => value(random, depth - 1));
  const object = {};
  // No key that is an integer: JavaScript puts such ones first.
  for (let count = below(5); count > 0; --count) object[pick(['a', 'b', 'c', 'd', 'price', 'x y', '1st'])] = value(random, depth - 1);
  return object;
}
