// Shows the OpenAPI description that the server has of itself.

const main = document.getElementById('description');
document.documentElement.classList.add('js');

/** An element with these children; texts become text, and what stands between backticks code. */
function make(name, fields, ...children) {
  const element = Object.assign(document.createElement(name), fields);
  for (const child of children.flat()) {
    if (child instanceof Node) element.append(child);
    else if (child) element.append(...prose(child));
  }
  return element;
}

function prose(text) {
  return text.split('`').map((piece, index) => {
    if (index % 2 === 0) return document.createTextNode(piece);
    const code = document.createElement('code');
    code.textContent = piece;
    return code;
  });
}

const table = (heads, rows) => make('div', {className: 'table'}, make('table', {},
  make('thead', {}, make('tr', {}, heads.map((head) => make('th', {scope: 'col'}, head)))),
  make('tbody', {}, rows.map((cells) => make('tr', {}, cells.map((cell) => make('td', {}, cell)))))));

class Description {
  constructor(document) {
    this.document = document;
  }

  /** What a reference stands for, and its name. */
  resolve(value) {
    const path = value?.$ref?.split('/').slice(1);
    if (!path) return value ?? {};
    return {name: path.at(-1), ...path.reduce((found, part) => found[part], this.document)};
  }

  /** A schema in a few words. */
  words(value) {
    const schema = this.resolve(value);
    if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
    if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(', ');
    if (schema.oneOf) return schema.oneOf.map((one) => this.words(one)).join(' or ');
    if (schema.type === 'array') return `list of ${this.words(schema.items)}`;
    if (value?.$ref && schema.type === 'object') return `${schema.name}`;
    const {minimum, maximum, type = 'anything', contentEncoding} = schema;
    if (maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
    return contentEncoding ? `${type} in ${contentEncoding}` : type;
  }

  parameters(operation) {
    const rows = (operation.parameters ?? []).map((parameter) => this.resolve(parameter)).map((parameter) => {
      const standard = parameter.schema.default;
      const notes = [parameter.required ? 'Required.' : '', parameter.description ?? '',
        standard === undefined ? '' : `Default \`${standard}\`.`];
      return [`\`${parameter.name}\``, parameter.in, this.words(parameter.schema), notes.join(' ')];
    });
    return rows.length ? [make('h4', {}, 'Parameters'), table(['name', 'in', 'values', ''], rows)] : [];
  }

  body(operation) {
    const content = Object.entries(operation.requestBody?.content ?? {});
    if (content.length === 0) return [];
    const rows = content.map(([type, {schema}]) => [`\`${type}\``, schema ? this.members(schema) : 'bytes']);
    return [make('h4', {}, 'Body'), table(['type', ''], rows)];
  }

  members(value) {
    const schema = this.resolve(value);
    const members = Object.entries(schema.properties ?? {});
    if (members.length === 0) return this.words(value);
    const required = new Set(schema.required);
    return members.map(([name, member]) =>
      `\`${name}\`${required.has(name) ? '' : '?'}: ${this.words(member)}`).join('; ');
  }

  answers(operation) {
    const rows = Object.entries(operation.responses).map(([status, value]) => {
      const answer = this.resolve(value);
      const types = Object.entries(answer.content ?? {}).map(([type, {schema}]) =>
        `\`${type}\`${schema && type !== 'application/problem+json' ? ` ${this.words(schema)}` : ''}`);
      const fields = Object.keys(answer.headers ?? {}).map((name) => `\`${name}\``);
      return [status, answer.description, types.join(', '), fields.join(', ')];
    });
    return [make('h4', {}, 'Answers'), table(['status', 'when', 'type', 'fields'], rows)];
  }

  operation(path, method, operation) {
    return make('details', {id: operation.operationId},
      make('summary', {}, make('span', {className: 'method'}, method.toUpperCase()), ' ', make('code', {}, path), ' ',
        make('span', {className: 'hint'}, operation.summary)),
      operation.description ? make('p', {}, operation.description) : null,
      this.parameters(operation), this.body(operation), this.answers(operation));
  }

  /** All of it, by tags. */
  elements() {
    const {info, tags, paths, components} = this.document;
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({path, method, operation})));
    const sections = tags.map(({name, description}) => make('section', {},
      make('h2', {}, name), make('p', {className: 'hint'}, description),
      operations.filter(({operation}) => operation.tags.includes(name))
        .map(({path, method, operation}) => this.operation(path, method, operation))));
    const schemas = Object.entries(components.schemas).filter(([, {properties}]) => properties);
    const objects = make('section', {}, make('h2', {}, 'objects'),
      schemas.map(([name, schema]) => make('details', {id: `object-${name}`},
        make('summary', {}, make('code', {}, name)),
        schema.description ? make('p', {}, schema.description) : null,
        table(['member', 'values', ''], Object.entries(schema.properties).map(([member, value]) =>
          [`\`${member}\``, this.words(value), this.resolve(value).description ?? ''])))));
    return [make('p', {}, info.description), ...sections, objects];
  }
}

try {
  const answer = await fetch('openapi.json');
  if (!answer.ok) throw new Error(`the server answered with ${answer.status}`);
  main.append(...new Description(await answer.json()).elements());
} catch (error) {
  const notice = document.getElementById('notice');
  notice.textContent = `The description cannot be shown: ${error.message}. Reload the page.`;
  notice.hidden = false;
}
